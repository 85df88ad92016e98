import { PutParameterCommand, type SSMClient } from '@aws-sdk/client-ssm';
import { Conflict, NotFound } from '../../errors.ts';
import { translated } from '../aws/translate-error.ts';
import { ssmParameterStore } from './parameter-store.ts';

/**
 * A secret that is made when it is first asked for and never changes: a SecureString, which no template can hold.
 * Of several who ask at once all get the one that was written first.
 * @param create - makes a new secret
 */
export async function ssmSecret(client: SSMClient, name: string, create: () => string): Promise<string> {
  const parameters = ssmParameterStore(client);
  try {
    return await parameters.parameter(name);
  } catch (error) {
    if (!(error instanceof NotFound)) throw error;
  }
  try {
    const command = new PutParameterCommand({
      Name: name,
      Value: create(),
      Type: 'SecureString',
      Overwrite: false,
    });
    await translated(`create parameter ${name}`, () => client.send(command));
  } catch (error) {
    if (!(error instanceof Conflict)) throw error;
  }
  return parameters.parameter(name);
}
