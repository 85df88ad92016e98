import { XMLParser } from 'fast-xml-parser';
import { describe, expect, test } from 'vitest';
import { refuse } from '../../../local/http/refusal.ts';
import type { ServiceName } from '../../../local/iam/services.ts';

const MESSAGE = 'not authorized to perform: <a> & <b>';
const refusal = (service: ServiceName, code: string) => refuse(service, code, MESSAGE, 'id');

describe('a refusal in the words of its service', () => {
  test.each<[ServiceName, number, string, string]>([
    ['dynamodb', 400, 'AccessDenied', 'AccessDeniedException'],
    ['lambda', 403, 'AccessDenied', 'AccessDeniedException'],
    ['scheduler', 403, 'AccessDenied', 'AccessDeniedException'],
    ['sqs', 403, 'AccessDenied', 'AccessDenied'],
    ['ssm', 400, 'AccessDenied', 'AccessDeniedException'],
    ['states', 400, 'AccessDenied', 'AccessDeniedException'],
    ['states', 400, 'InvalidSignatureException', 'InvalidSignatureException'],
  ])('JSON: %s answers %i for %s as %s', (service, status, code, type) => {
    const answer = refusal(service, code);
    expect(answer).toMatchObject({ status, headers: { 'x-amzn-errortype': type, 'x-amzn-requestid': 'id' } });
    expect(JSON.parse(String(answer.body))).toEqual({ __type: type, message: MESSAGE });
  });

  test.each<[ServiceName, string, string]>([
    ['s3', 'AccessDenied', 'AccessDenied'],
    ['s3', 'RequestExpired', 'RequestTimeTooSkewed'],
    ['s3', 'UnrecognizedClientException', 'InvalidAccessKeyId'],
    ['sns', 'AccessDenied', 'AuthorizationError'],
    ['sns', 'InvalidSignatureException', 'SignatureDoesNotMatch'],
  ])('XML: %s calls %s %s', (service, code, expected) => {
    const answer = refusal(service, code);
    const parsed = new XMLParser().parse(String(answer.body));
    const error = service === 's3' ? parsed.Error : parsed.ErrorResponse.Error;
    expect([answer.status, error.Code, error.Message]).toEqual([403, expected, MESSAGE]);
  });
});
