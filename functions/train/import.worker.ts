import '../../models/boosting/worker.ts';
