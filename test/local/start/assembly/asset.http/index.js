// POST puts the body on the queue, GET reads a counter; GET /v1/forbidden asks for what its role may not do.
const { DynamoDBClient, GetItemCommand, PutItemCommand } = require('@aws-sdk/client-dynamodb');
const { SQSClient, SendMessageCommand } = require('@aws-sdk/client-sqs');

const dynamodb = new DynamoDBClient({ maxAttempts: 1 });
const sqs = new SQSClient({});

exports.handler = async (event) => {
  if (event.routeKey === 'POST /v1/messages') {
    await sqs.send(new SendMessageCommand({ QueueUrl: process.env.QUEUE, MessageBody: event.body }));
    return { statusCode: 202, body: JSON.stringify({ caller: event.requestContext.authorizer.iam.userArn }) };
  }
  if (event.routeKey === 'GET /v1/forbidden') {
    await dynamodb.send(new PutItemCommand({ TableName: process.env.TABLE, Item: { pk: { S: 'x' } } }));
  }
  const key = { pk: { S: event.pathParameters.name } };
  const { Item } = await dynamodb.send(new GetItemCommand({ TableName: process.env.TABLE, Key: key }));
  if (Item === undefined) return { statusCode: 404, body: 'unknown counter' };
  return {
    messages: Number(Item.messages.N),
    batch_size: Number(Item.batch_size.N),
    counted_at: Item.counted_at.S,
  };
};
