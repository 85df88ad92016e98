import file from '../../config/training.json' with { type: 'json' };
import { type TrainingPolicy, trainingPolicySchema } from '../domain/training/training-policy.ts';
import { parseConfig } from './parse.ts';

/** Checks the text of a training policy. Throws RejectedInput that names the wrong key. */
export function parseTraining(json: unknown): TrainingPolicy {
  return parseConfig(trainingPolicySchema, json, 'config/training.json');
}

let loaded: TrainingPolicy | undefined;

/** The policy of `config/training.json` that ships with the code, checked on first use. */
export function trainingPolicy(): TrainingPolicy {
  loaded ??= parseTraining(file);
  return loaded;
}
