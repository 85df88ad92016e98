import * as z from 'zod';
import { ServiceError } from '../../sqs/service-error.ts';

const name = z.string().regex(/^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/, 'expected 1 to 63 letters, digits and -');
const tags = z.array(z.strictObject({ Key: z.string().min(1), Value: z.string() })).default([]);

/** The members that have their effect here; any other is refused by its name. */
const createModelSchema = z.strictObject({
  ModelName: name,
  ExecutionRoleArn: z.string().regex(/^arn:aws[a-z-]*:iam::\d{12}:role\/.+$/, 'expected the ARN of a role'),
  PrimaryContainer: z.strictObject({
    Image: z.string().min(1),
    ModelDataUrl: z.string().regex(/^s3:\/\/[^/]+\/.+\.tar\.gz$/, 'expected s3://BUCKET/KEY.tar.gz'),
    Environment: z.record(z.string().regex(/^[a-zA-Z_]\w*$/), z.string().max(1024)).default({}),
  }),
  Tags: tags,
});
export type CreateModel = z.infer<typeof createModelSchema>;

const createEndpointConfigSchema = z.strictObject({
  EndpointConfigName: name,
  /** One process is what an endpoint runs as here. */
  ProductionVariants: z.tuple([
    z.strictObject({
      VariantName: name,
      ModelName: name,
      InitialInstanceCount: z.literal(1),
      InstanceType: z
        .string()
        .regex(/^ml\.[a-z0-9]+\.[a-z0-9]+$/, 'expected an instance type as ml.c7g.large'),
    }),
  ]),
  Tags: tags,
});
export type CreateEndpointConfig = z.infer<typeof createEndpointConfigSchema>;

const createEndpointSchema = z.strictObject({ EndpointName: name, EndpointConfigName: name, Tags: tags });
export type CreateEndpoint = z.infer<typeof createEndpointSchema>;

/** @throws ServiceError ValidationException naming the member that is wrong. */
export const parseCreateModel = parser('CreateModel', createModelSchema);
/** @throws ServiceError ValidationException naming the member that is wrong. */
export const parseCreateEndpointConfig = parser('CreateEndpointConfig', createEndpointConfigSchema);
/** @throws ServiceError ValidationException naming the member that is wrong. */
export const parseCreateEndpoint = parser('CreateEndpoint', createEndpointSchema);

function parser<Request>(operation: string, schema: z.ZodType<Request>) {
  return (input: unknown): Request => {
    const parsed = schema.safeParse(input);
    if (parsed.success) return parsed.data;
    throw new ServiceError('ValidationException', `${operation}: ${z.prettifyError(parsed.error)}`);
  };
}

/** The name in a request that has nothing else. @throws ServiceError ValidationException when it is missing. */
export function nameIn(input: Readonly<Record<string, unknown>>, member: string): string {
  const given = input[member];
  if (typeof given === 'string' && given !== '') return given;
  throw new ServiceError('ValidationException', `${member}: expected text, was ${JSON.stringify(given)}`);
}
