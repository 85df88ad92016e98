import { lightGbmFamily } from '../../../models/lightgbm/family.ts';
import { linearFamily } from '../../../models/linear/family.ts';
import { xgBoostFamily } from '../../../models/xgboost/family.ts';
import { libraryFolder, WORKER_FILE } from '../../factories/native-libraries.ts';
import { familyContract } from './family-case.ts';

familyContract({ family: linearFamily(), parameters: { l2: 1e-3 } });
familyContract({
  family: lightGbmFamily({ searchPath: libraryFolder(), workerFile: WORKER_FILE }),
  parameters: { min_data_in_leaf: 10, learning_rate: 0.15, lambda_l2: 0.1, feature_fraction: 1 },
});
familyContract({
  family: xgBoostFamily({ searchPath: libraryFolder('xgboost'), workerFile: WORKER_FILE }),
  parameters: { min_child_weight: 2, eta: 0.2, lambda: 0.1, colsample_bytree: 1 },
});
