import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { realClock, type SwitchableClock } from '../../../local/clock/switchable.ts';
import type { SageMakerService } from '../../../local/sagemaker/contract.ts';
import { readImage } from '../../../local/sagemaker/image.ts';
import { createSageMaker } from '../../../local/sagemaker/service.ts';
import { IDENTITY } from '../lambda/fixture.ts';

export const ROLE = 'arn:aws:iam::000000000000:role/training';
const REPOSITORY = '000000000000.dkr.ecr.ap-south-1.amazonaws.com/assets';

/** What a job's program may do, named by the hyperparameter `do`. */
const PROGRAM = `
const { readFileSync, writeFileSync } = require('node:fs');
const base = process.env.SAGEMAKER_BASE_DIR;
const given = JSON.parse(readFileSync(base + '/input/config/hyperparameters.json', 'utf8'));
const programs = {
  report: () => console.log(JSON.stringify({ argv: process.argv.slice(2), given, env: process.env, now: Date.now() })),
  fail: () => { writeFileSync(base + '/output/failure', given.reason); process.exit(1); },
  exit: () => process.exit(Number(given.code)),
  leave: () => writeFileSync(base + '/model/weights.bin', 'x'),
  wait: () => { console.log('pid ' + process.pid); setInterval(() => {}, 1000); },
  deaf: () => { process.on('SIGTERM', () => console.log('heard')); programs.wait(); },
  foreign: () => require('zod'),
};
programs[given.do]();
`;

export const DOCKERFILE = `
# The image of a test.
FROM public.ecr.aws/docker/library/node:24-slim
WORKDIR /opt/train
COPY . .
ENV LD_LIBRARY_PATH=/opt/train/lib:/usr/lib
ENTRYPOINT ["node", "--enable-source-maps", "index.js"]
`;

/** A SageMaker in a folder of its own, whose one image does what a job asks for. */
export interface SageMakerFixture {
  readonly directory: string;
  readonly image: string;
  service: SageMakerService;
  /** Creates a job that does `what`; returns its name. */
  create(name: string, what: Readonly<Record<string, string>>, changes?: object): string;
  log(name: string): string;
  /** Closes the service and opens it again on its folder, as a restart of the cloud does. */
  reopen(): Promise<void>;
  close(): Promise<void>;
}

export function createFixture(clock: SwitchableClock = realClock()): SageMakerFixture {
  const directory = mkdtempSync(join(tmpdir(), 'sagemaker-'));
  const code = join(directory, 'code');
  mkdirSync(code);
  writeFileSync(join(code, 'Dockerfile'), DOCKERFILE);
  writeFileSync(join(code, 'index.js'), PROGRAM);
  const open = () => {
    const service = createSageMaker({
      ...{ directory: join(directory, 'state'), logDirectory: join(directory, 'logs') },
      ...{ clock, identity: IDENTITY, graceMs: 300, keyOf },
      readObject: async (_role, bucket, key) => readFileSync(join(directory, bucket, key)),
    });
    service.addImage('v1', readImage(code));
    return service;
  };
  const image = `${REPOSITORY}:v1`;
  const fixture: SageMakerFixture = {
    directory,
    image,
    service: open(),
    create(name, what, changes = {}) {
      fixture.service.createTrainingJob({ ...requestOf(name, image, what), ...changes });
      return name;
    },
    log(name) {
      const file = join(directory, 'logs', `training-job-${name}.log`);
      return existsSync(file) ? readFileSync(file, 'utf8') : '';
    },
    async reopen() {
      await fixture.service.close();
      fixture.service = open();
    },
    async close() {
      await fixture.service.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
  return fixture;
}

/** A whole CreateTrainingJob request. */
export function requestOf(name: string, image: string, what: Readonly<Record<string, string>>) {
  return {
    TrainingJobName: name,
    RoleArn: ROLE,
    AlgorithmSpecification: { TrainingImage: image, TrainingInputMode: 'File' },
    HyperParameters: what,
    Environment: { LAKE_BUCKET: 'lake' },
    OutputDataConfig: { S3OutputPath: 's3://lake/training-jobs/' },
    ResourceConfig: { InstanceType: 'ml.c7i.xlarge', InstanceCount: 1, VolumeSizeInGB: 10 },
    StoppingCondition: { MaxRuntimeInSeconds: 60 },
  };
}

function keyOf(roleArn: string) {
  if (roleArn !== ROLE) throw new Error(`expected the ARN of a role of the templates, was ${roleArn}`);
  return { accessKeyId: 'AKIATEST', secretAccessKey: 'secret' };
}

/** Whether a process is there. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
