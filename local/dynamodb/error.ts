import type { JsonObject } from './dynalite.ts';

/** An error as dynalite throws it and as it goes over the wire. */
export interface WireError {
  readonly statusCode: number;
  readonly body: JsonObject;
}

/** An error of the operations that dynalite lacks; the same shape as its own. */
export class DynamoDbError extends Error implements WireError {
  readonly statusCode = 400;
  readonly body: JsonObject;

  /** @param code such as `TransactionCanceledException` @param details further members of the body */
  constructor(code: string, message: string, details: JsonObject = {}) {
    super(message);
    this.body = { __type: `com.amazonaws.dynamodb.v20120810#${code}`, message, ...details };
  }
}

export function validationError(message: string): DynamoDbError {
  return new DynamoDbError('ValidationException', message);
}

export function isWireError(error: unknown): error is WireError {
  return typeof error === 'object' && error !== null && 'statusCode' in error && 'body' in error;
}

/** The error's name without its namespace, `ConditionalCheckFailedException`; '' for what is not a wire error. */
export function errorCode(error: unknown): string {
  if (!isWireError(error)) return '';
  const type = String(error.body['__type']);
  return type.slice(type.indexOf('#') + 1);
}

/** What the body says, under either spelling that DynamoDB uses. */
export function errorMessage(error: WireError): string {
  return String(error.body['message'] ?? error.body['Message'] ?? '');
}
