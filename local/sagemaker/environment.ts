import { join } from 'node:path';
import type { CloudIdentity } from '../cloudformation/identity.ts';
import type { AccessKey } from '../iam/roles.ts';
import { clientEnvironment, inheritedVariables } from '../lambda/environment.ts';
import { TIME_VARIABLE } from '../lambda/runtime/date.ts';
import type { TrainingImage } from './image.ts';
import { FOLDER_VARIABLE } from './runtime/variables.ts';
import type { TrainingJob } from './store.ts';

/** How a container reaches the cloud, and under which role. */
export interface ContainerCloud {
  readonly identity: CloudIdentity;
  /** The key of a role by its ARN. */
  readonly keyOf: (roleArn: string) => AccessKey;
}

/** What SageMaker and the machine put into a job's environment; the image's and the job's own go over it. */
export function jobEnvironment(
  { name, arn, request }: TrainingJob,
  image: TrainingImage,
  cloud: ContainerCloud,
  simulatedMs: number | null,
  folder: string,
): Record<string, string> {
  return {
    ...containerEnvironment(request.RoleArn, image, cloud, simulatedMs, folder),
    TRAINING_JOB_NAME: name,
    TRAINING_JOB_ARN: arn,
  };
}

/** What every container's environment holds; `folder` is what is /opt/ml on AWS, and has a `tmp`. */
export function containerEnvironment(
  roleArn: string,
  image: TrainingImage,
  { identity, keyOf }: ContainerCloud,
  simulatedMs: number | null,
  folder: string,
): Record<string, string> {
  const temporary = join(folder, 'tmp');
  return {
    ...inheritedVariables(),
    ...clientEnvironment(identity, keyOf(roleArn)),
    TZ: 'UTC',
    LANG: 'en_US.UTF-8',
    TMPDIR: temporary,
    HOME: temporary,
    // A person's own profile must never reach a container.
    AWS_CONFIG_FILE: join(temporary, 'no-config'),
    AWS_SHARED_CREDENTIALS_FILE: join(temporary, 'no-credentials'),
    [FOLDER_VARIABLE]: image.folder,
    ...(simulatedMs === null ? {} : { [TIME_VARIABLE]: String(simulatedMs) }),
  };
}
