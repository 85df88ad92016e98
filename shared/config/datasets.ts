import file from '../../config/datasets.json' with { type: 'json' };
import { type DatasetPolicy, datasetPolicySchema } from '../domain/datasets/dataset-policy.ts';
import { parseConfig } from './parse.ts';

/** Checks the text of a dataset policy. Throws RejectedInput that names the wrong key. */
export function parseDatasets(json: unknown): DatasetPolicy {
  return parseConfig(datasetPolicySchema, json, 'config/datasets.json');
}

let loaded: DatasetPolicy | undefined;

/** The policy of `config/datasets.json` that ships with the code, checked on first use. */
export function datasetPolicy(): DatasetPolicy {
  loaded ??= parseDatasets(file);
  return loaded;
}
