import { ServiceError } from '../sqs/service-error.ts';
import {
  checkedPublication,
  type Publication,
  type PublicationInput,
  publicationBytes,
  publicationInput,
} from './publish.ts';
import { formList, type QueryOperation, type XmlValue } from './query-protocol.ts';
import type { Topics } from './topics.ts';

const PAGE = 100;
const MAXIMUM_ENTRIES = 10;
const MAXIMUM_BATCH_BYTES = 262_144;
const ENTRY_ID = /^[A-Za-z0-9_-]{1,80}$/;

type PublishAll = (topicArn: string, publications: readonly Publication[]) => readonly string[];

/** Publish, PublishBatch, ListTopics and ListSubscriptionsByTopic. */
export function snsOperations(
  topics: Topics,
  publishAll: PublishAll,
  accountId: string,
): ReadonlyMap<string, QueryOperation> {
  return new Map<string, QueryOperation>([
    ['Publish', (form) => publish(publishAll, form)],
    ['PublishBatch', (form) => publishBatch(publishAll, form)],
    ['ListTopics', (form) => listTopics(topics, form)],
    ['ListSubscriptionsByTopic', (form) => listSubscriptions(topics, accountId, form)],
  ]);
}

function publish(publishAll: PublishAll, form: URLSearchParams): XmlValue {
  if (form.has('PhoneNumber')) throw invalid('PhoneNumber is not supported locally: expected a TopicArn');
  const publication = checkedPublication(publicationInput(form));
  return { MessageId: publishAll(topicArnOf(form), [publication])[0] as string };
}

function publishBatch(publishAll: PublishAll, form: URLSearchParams): XmlValue {
  const topicArn = topicArnOf(form);
  const entries = batchEntries(form);
  const attempts = entries.map((entry) => ({ id: entry.get('Id') ?? '', result: attempt(entry) }));
  const sound = attempts.flatMap(({ id, result }) =>
    result instanceof ServiceError ? [] : [{ id, publication: checkedPublication(result), input: result }],
  );
  requireBatchSize(sound.reduce((sum, { input }) => sum + publicationBytes(input), 0));
  const messageIds = publishAll(
    topicArn,
    sound.map(({ publication }) => publication),
  );
  return {
    Successful: sound.map(({ id }, index) => ({ Id: id, MessageId: messageIds[index] as string })),
    Failed: attempts.flatMap(({ id, result }) =>
      result instanceof ServiceError
        ? [{ Id: id, Code: result.code, Message: result.message, SenderFault: 'true' }]
        : [],
    ),
  };
}

function batchEntries(form: URLSearchParams): URLSearchParams[] {
  const entries = formList(form, 'PublishBatchRequestEntries.member');
  const ids = entries.map((entry) => entry.get('Id') ?? '');
  if (entries.length === 0)
    throw new ServiceError('EmptyBatchRequest', 'expected at least one entry, was none');
  if (entries.length > MAXIMUM_ENTRIES) {
    const message = `expected at most ${MAXIMUM_ENTRIES} entries, was ${entries.length}`;
    throw new ServiceError('TooManyEntriesInBatchRequest', message);
  }
  const malformed = ids.find((id) => !ENTRY_ID.test(id));
  if (malformed !== undefined) {
    throw new ServiceError(
      'InvalidBatchEntryId',
      `expected letters, digits, - and _, was ${malformed || 'none'}`,
    );
  }
  const repeated = ids.find((id, index) => ids.indexOf(id) !== index);
  if (repeated !== undefined) throw new ServiceError('BatchEntryIdsNotDistinct', `Id ${repeated} repeated`);
  return entries;
}

function requireBatchSize(bytes: number): void {
  if (bytes <= MAXIMUM_BATCH_BYTES) return;
  throw new ServiceError(
    'BatchRequestTooLong',
    `expected at most ${MAXIMUM_BATCH_BYTES} bytes, was ${bytes}`,
  );
}

/** The entry's input, sound, or what is wrong with it. */
function attempt(entry: URLSearchParams): PublicationInput | ServiceError {
  try {
    const input = publicationInput(entry);
    checkedPublication(input);
    return input;
  } catch (error) {
    if (error instanceof ServiceError) return error;
    throw error;
  }
}

function listTopics(topics: Topics, form: URLSearchParams): XmlValue {
  const found = topics.list(form.get('NextToken') ?? '', PAGE + 1);
  const page = found.slice(0, PAGE);
  return {
    Topics: page.map(({ arn }) => ({ TopicArn: arn })),
    NextToken: found.length > PAGE ? page.at(-1)?.arn : undefined,
  };
}

function listSubscriptions(topics: Topics, accountId: string, form: URLSearchParams): XmlValue {
  const topic = topics.require(topicArnOf(form));
  const after = form.get('NextToken') ?? '';
  const found = topics.subscriptions(topic.arn).filter(({ arn }) => arn > after);
  const page = found.slice(0, PAGE);
  return {
    Subscriptions: page.map(({ arn, topicArn, protocol, endpoint }) => ({
      SubscriptionArn: arn,
      Owner: accountId,
      Protocol: protocol,
      Endpoint: endpoint,
      TopicArn: topicArn,
    })),
    NextToken: found.length > PAGE ? page.at(-1)?.arn : undefined,
  };
}

function topicArnOf(form: URLSearchParams): string {
  const arn = form.get('TopicArn') ?? form.get('TargetArn');
  if (arn === null) throw invalid('TopicArn: expected the ARN of a topic, was none');
  return arn;
}

function invalid(message: string): ServiceError {
  return new ServiceError('InvalidParameter', `Invalid parameter: ${message}`);
}
