// Counts each message of the queue once, by its id, under the counter it names.
const { DynamoDBClient, UpdateItemCommand } = require('@aws-sdk/client-dynamodb');

const dynamodb = new DynamoDBClient({});

exports.handler = async (event) => {
  const batchItemFailures = [];
  for (const { messageId, body } of event.Records) {
    if (body === 'poison') batchItemFailures.push({ itemIdentifier: messageId });
    else await count(body, event.Records.length);
  }
  return { batchItemFailures };
};

// Counts each object that is put, under its key.
exports.notified = async (event) => {
  for (const { s3 } of event.Records) await count(s3.object.key, event.Records.length);
};

function count(counter, batch) {
  return dynamodb.send(
    new UpdateItemCommand({
      TableName: process.env.TABLE,
      Key: { pk: { S: counter } },
      UpdateExpression: 'ADD messages :one SET batch_size = :batch, counted_at = :now',
      ExpressionAttributeValues: {
        ':one': { N: '1' },
        ':batch': { N: String(batch) },
        ':now': { S: new Date().toISOString() },
      },
    }),
  );
}
