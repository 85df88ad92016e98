import { GetParameterCommand, type SSMClient } from '@aws-sdk/client-ssm';
import { NotFound } from '../../errors.ts';
import type { ParameterStore } from '../../ports/parameter-store.ts';
import { translated } from '../aws/translate-error.ts';

/** Systems Manager parameters, secrets decrypted. */
export function ssmParameterStore(client: SSMClient): ParameterStore {
  return {
    async parameter(name) {
      const command = new GetParameterCommand({ Name: name, WithDecryption: true });
      const { Parameter } = await translated(`get parameter ${name}`, () => client.send(command));
      if (Parameter?.Value === undefined)
        throw new NotFound(`parameter: expected a value, was none for ${name}`);
      return Parameter.Value;
    },
  };
}
