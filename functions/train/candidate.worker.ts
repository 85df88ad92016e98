import '../../models/lightgbm/worker.ts';
