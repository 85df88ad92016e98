import type { ServiceName } from '../iam/services.ts';
import type { LocalResponse } from '../service.ts';

/** How a service words a refusal: its protocol, the status, and the codes it uses in place of the usual ones. */
interface Wording {
  readonly protocol: 'json-1.0' | 'json-1.1' | 'rest-json' | 'query' | 's3';
  readonly status: number;
  readonly codes: Readonly<Record<string, string>>;
}

const WORDINGS: Readonly<Record<ServiceName, Wording>> = {
  dynamodb: { protocol: 'json-1.0', status: 400, codes: { AccessDenied: 'AccessDeniedException' } },
  lambda: { protocol: 'rest-json', status: 403, codes: { AccessDenied: 'AccessDeniedException' } },
  s3: {
    protocol: 's3',
    status: 403,
    codes: {
      MissingAuthenticationToken: 'AccessDenied',
      UnrecognizedClientException: 'InvalidAccessKeyId',
      RequestExpired: 'RequestTimeTooSkewed',
      InvalidSignatureException: 'SignatureDoesNotMatch',
    },
  },
  sagemaker: { protocol: 'json-1.1', status: 400, codes: { AccessDenied: 'AccessDeniedException' } },
  scheduler: { protocol: 'rest-json', status: 403, codes: { AccessDenied: 'AccessDeniedException' } },
  sns: {
    protocol: 'query',
    status: 403,
    codes: {
      AccessDenied: 'AuthorizationError',
      UnrecognizedClientException: 'InvalidClientTokenId',
      InvalidSignatureException: 'SignatureDoesNotMatch',
    },
  },
  sqs: { protocol: 'json-1.0', status: 403, codes: {} },
  ssm: { protocol: 'json-1.1', status: 400, codes: { AccessDenied: 'AccessDeniedException' } },
  states: { protocol: 'json-1.0', status: 400, codes: { AccessDenied: 'AccessDeniedException' } },
};

/** A refusal in the service's own protocol, so that an SDK client throws the error it throws on AWS. */
export function refuse(
  service: ServiceName,
  code: string,
  message: string,
  requestId: string,
): LocalResponse {
  const { protocol, status, codes } = WORDINGS[service];
  const named = codes[code] ?? code;
  const headers = { 'x-amzn-requestid': requestId };
  if (protocol === 's3') {
    const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${named}</Code><Message>${escapeXml(message)}</Message><RequestId>${requestId}</RequestId></Error>`;
    return { status, headers: { ...headers, 'content-type': 'application/xml' }, body };
  }
  if (protocol === 'query') {
    const error = `<Error><Type>Sender</Type><Code>${named}</Code><Message>${escapeXml(message)}</Message></Error>`;
    const body = `<ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/">${error}<RequestId>${requestId}</RequestId></ErrorResponse>`;
    return { status, headers: { ...headers, 'content-type': 'text/xml' }, body };
  }
  const type = protocol === 'rest-json' ? 'application/json' : `application/x-amz-${protocol}`;
  return {
    status,
    headers: { ...headers, 'content-type': type, 'x-amzn-errortype': named },
    body: JSON.stringify({ __type: named, message }),
  };
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
