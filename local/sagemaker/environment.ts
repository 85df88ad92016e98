import { join } from 'node:path';
import type { CloudIdentity } from '../cloudformation/identity.ts';
import type { AccessKey } from '../iam/roles.ts';
import { clientEnvironment, inheritedVariables } from '../lambda/environment.ts';
import { TIME_VARIABLE } from '../lambda/runtime/date.ts';
import type { TrainingImage } from './image.ts';
import { FOLDER_VARIABLE } from './runtime/variables.ts';
import type { TrainingJob } from './store.ts';

/** What SageMaker and the machine put into a container's environment; the image's and the job's own go over it. */
export function jobEnvironment(
  { name, arn, request }: TrainingJob,
  image: TrainingImage,
  { identity, keyOf }: { readonly identity: CloudIdentity; readonly keyOf: (roleArn: string) => AccessKey },
  simulatedMs: number | null,
  folder: string,
): Record<string, string> {
  const temporary = join(folder, 'tmp');
  return {
    ...inheritedVariables(),
    ...clientEnvironment(identity, keyOf(request.RoleArn)),
    TRAINING_JOB_NAME: name,
    TRAINING_JOB_ARN: arn,
    TZ: 'UTC',
    LANG: 'en_US.UTF-8',
    TMPDIR: temporary,
    HOME: temporary,
    // A person's own profile must never reach a job.
    AWS_CONFIG_FILE: join(temporary, 'no-config'),
    AWS_SHARED_CREDENTIALS_FILE: join(temporary, 'no-credentials'),
    [FOLDER_VARIABLE]: image.folder,
    ...(simulatedMs === null ? {} : { [TIME_VARIABLE]: String(simulatedMs) }),
  };
}
