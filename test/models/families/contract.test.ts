import { lightGbmFamily } from '../../../models/lightgbm/family.ts';
import { linearFamily } from '../../../models/linear/family.ts';
import { stackedFamily } from '../../../models/stacked/family.ts';
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
familyContract({
  family: stackedFamily([
    lightGbmFamily({ searchPath: libraryFolder(), workerFile: WORKER_FILE }),
    linearFamily(),
  ]),
  parameters: {
    'lightgbm.min_data_in_leaf': 10,
    'lightgbm.learning_rate': 0.15,
    'lightgbm.lambda_l2': 0.1,
    'linear.l2': 1e-3,
  },
});
