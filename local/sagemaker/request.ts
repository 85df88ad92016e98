import * as z from 'zod';
import { ServiceError } from '../sqs/service-error.ts';

const text = z.string().min(1);

/** CreateTrainingJob: the members that have their effect here; any other is refused by its name. */
const createTrainingJobSchema = z.strictObject({
  TrainingJobName: z
    .string()
    .regex(/^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/, 'expected 1 to 63 letters, digits and -'),
  RoleArn: z.string().regex(/^arn:aws[a-z-]*:iam::\d{12}:role\/.+$/, 'expected the ARN of a role'),
  AlgorithmSpecification: z.strictObject({ TrainingImage: text, TrainingInputMode: z.literal('File') }),
  HyperParameters: z.record(z.string().max(256), z.string().max(2500)).default({}),
  Environment: z.record(z.string().regex(/^[a-zA-Z_]\w*$/), z.string().max(512)).default({}),
  OutputDataConfig: z.strictObject({ S3OutputPath: z.string().regex(/^(https|s3):\/\/[^/]+/) }),
  ResourceConfig: z.strictObject({
    InstanceType: z.string().regex(/^ml\.[a-z0-9]+\.[a-z0-9]+$/, 'expected an instance type as ml.m5.large'),
    /** One process is what an image runs as here. */
    InstanceCount: z.literal(1),
    VolumeSizeInGB: z.number().int().min(1),
  }),
  StoppingCondition: z.strictObject({ MaxRuntimeInSeconds: z.number().int().min(1).max(2_419_200) }),
  Tags: z.array(z.strictObject({ Key: text, Value: z.string() })).default([]),
});

export type CreateTrainingJob = z.infer<typeof createTrainingJobSchema>;

/** @throws ServiceError ValidationException naming the member that is wrong. */
export function parseCreateTrainingJob(input: unknown): CreateTrainingJob {
  const parsed = createTrainingJobSchema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw new ServiceError('ValidationException', `CreateTrainingJob: ${z.prettifyError(parsed.error)}`);
}

/** @throws ServiceError ValidationException when it is missing. */
export function trainingJobName(input: Readonly<Record<string, unknown>>): string {
  const name = input['TrainingJobName'];
  if (typeof name === 'string' && name !== '') return name;
  throw new ServiceError(
    'ValidationException',
    `TrainingJobName: expected text, was ${JSON.stringify(name)}`,
  );
}
