import { randomUUID } from 'node:crypto';
import type { LocalRequest, LocalResponse } from '../../service.ts';
import type { StepFunctionsService } from '../contract.ts';
import { StepFunctionsError } from '../service-error.ts';
import { OPERATIONS } from './operations.ts';

const TARGET = /^AWSStepFunctions\.(\w+)$/;

/** Answers one request of AWS JSON 1.0; every error of the caller is a 400 with its `__type`. */
export async function answer(service: StepFunctionsService, request: LocalRequest): Promise<LocalResponse> {
  try {
    return respond(200, await perform(service, request));
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const isCallers = error instanceof StepFunctionsError || error.name === 'InvalidDefinition';
    const type = isCallers ? error.name : 'InternalServerError';
    return respond(isCallers ? 400 : 500, { __type: type, message: error.message });
  }
}

async function perform(service: StepFunctionsService, request: LocalRequest): Promise<unknown> {
  const target = String(request.headers['x-amz-target'] ?? '');
  const name = TARGET.exec(target)?.[1] ?? '';
  const operation = Object.hasOwn(OPERATIONS, name) ? OPERATIONS[name] : undefined;
  if (operation === undefined) {
    const known = Object.keys(OPERATIONS).join(', ');
    throw new StepFunctionsError(
      'UnknownOperationException',
      `expected one of ${known}, was ${target || 'missing'}`,
    );
  }
  return operation(service, parseBody(request.body));
}

function parseBody(body: Buffer): Record<string, unknown> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body.toString('utf8') || '{}');
  } catch (error) {
    throw new StepFunctionsError('SerializationException', `expected JSON, was ${(error as Error).message}`);
  }
  if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed))
    return parsed as Record<string, unknown>;
  throw new StepFunctionsError(
    'SerializationException',
    `expected a JSON object, was ${JSON.stringify(parsed)}`,
  );
}

function respond(status: number, body: unknown): LocalResponse {
  const headers = { 'content-type': 'application/x-amz-json-1.0', 'x-amzn-requestid': randomUUID() };
  return { status, headers, body: JSON.stringify(body) };
}
