import * as z from 'zod';
import type { StateFolder } from '../../control/state-folder.ts';
import type { SsmService } from '../../ssm/ssm.ts';
import { nameOf, type ResourceHandler, resourceHandler } from '../resource.ts';

/**
 * `AWS::SSM::Parameter`. As on AWS, a value that somebody has put by hand stays until the template's own value
 * changes.
 */
export function parameterHandler(
  ssm: Pick<SsmService, 'putParameter' | 'parameter'>,
  folder: Pick<StateFolder, 'recall' | 'remember'>,
): ResourceHandler {
  return resourceHandler({
    types: ['AWS::SSM::Parameter'],
    honoured: {
      Name: z.string().optional(),
      Type: z.enum(['String', 'StringList']),
      Value: z.string(),
      Description: z.string().optional(),
    },
    ignored: { Tags: 'labels for people and bills', Tier: 'nothing costs money here' },
    create({ Name, Type, Value, Description }, address) {
      const name = nameOf(Name, address, 1011);
      const memory = `parameter:${name}`;
      if (folder.recall(memory) !== Value || ssm.parameter(name) === undefined) {
        ssm.putParameter({
          name,
          type: Type,
          value: Value,
          ...(Description === undefined ? {} : { description: Description }),
        });
        folder.remember(memory, Value);
      }
      return { ref: name, attributes: { Type, Value } };
    },
  });
}
