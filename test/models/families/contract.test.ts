import { lightGbmFamily } from '../../../models/lightgbm/family.ts';
import { linearFamily } from '../../../models/linear/family.ts';
import { libraryFolder, WORKER_FILE } from '../../factories/lightgbm-engine.ts';
import { familyContract } from './family-case.ts';

familyContract({ family: linearFamily(), parameters: { l2: 1e-3 } });
familyContract({
  family: lightGbmFamily({ searchPath: libraryFolder(), workerFile: WORKER_FILE }),
  parameters: { min_data_in_leaf: 10, learning_rate: 0.15, lambda_l2: 0.1, feature_fraction: 1 },
});
