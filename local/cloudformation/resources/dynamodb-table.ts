import * as z from 'zod';
import type { DynamoDbService } from '../../dynamodb/dynamodb.ts';
import { nameOf, type ResourceHandler, resourceHandler } from '../resource.ts';

const Definitions = z.array(z.record(z.string(), z.unknown()));

/** `AWS::DynamoDB::Table` and `AWS::DynamoDB::GlobalTable` with one replica. */
export function tableHandler(dynamodb: Pick<DynamoDbService, 'createTable'>): ResourceHandler {
  return resourceHandler({
    types: ['AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable'],
    honoured: {
      TableName: z.string().optional(),
      KeySchema: Definitions,
      AttributeDefinitions: Definitions,
      GlobalSecondaryIndexes: Definitions.optional(),
      LocalSecondaryIndexes: Definitions.optional(),
      TimeToLiveSpecification: z
        .strictObject({ AttributeName: z.string().optional(), Enabled: z.boolean() })
        .optional(),
      Replicas: z
        .array(z.unknown())
        .length(1, 'expected one replica: the local cloud is one region')
        .optional(),
    },
    ignored: {
      BillingMode: 'nothing costs money here',
      ContributorInsightsSpecification: 'a view in the AWS console',
      DeletionProtectionEnabled: 'a table goes with its state folder',
      PointInTimeRecoverySpecification: 'the state folder is what is backed up',
      SSESpecification: 'encryption at rest is the disk',
      TableClass: 'nothing costs money here',
      Tags: 'labels for people and bills',
    },
    async create({ TableName, Replicas: _, ...properties }, address) {
      const name = nameOf(TableName, address, 255);
      const given = Object.entries(properties).filter(([, value]) => value !== undefined);
      const definition = Object.fromEntries(given) as unknown as TableShape;
      const table = await dynamodb.createTable({ name, ...definition });
      return { ref: name, attributes: { Arn: String(table.TableArn) } };
    },
  });
}

type TableShape = Omit<Parameters<DynamoDbService['createTable']>[0], 'name'>;
