import { StepFunctionsError } from '../service-error.ts';

export type Parameters = Readonly<Record<string, unknown>>;

export function requiredText(parameters: Parameters, name: string): string {
  const value = optionalText(parameters, name);
  if (value !== undefined) return value;
  throw new StepFunctionsError('ValidationException', `${name}: expected text, was missing`);
}

export function optionalText(parameters: Parameters, name: string): string | undefined {
  const value = parameters[name] ?? undefined;
  if (value === undefined || typeof value === 'string') return value;
  throw new StepFunctionsError('ValidationException', `${name}: expected text, was ${JSON.stringify(value)}`);
}

/** The page size, 100 unless told, as AWS has it. */
export function pageSize(parameters: Parameters): number {
  const value = parameters['maxResults'] || 100;
  if (typeof value === 'number' && Number.isInteger(value) && value > 0 && value <= 1_000) return value;
  throw new StepFunctionsError(
    'ValidationException',
    `maxResults: expected 1..1000, was ${JSON.stringify(value)}`,
  );
}

/** Where the former page ended. A page's token is the position of its last entry. */
export function positionIn(parameters: Parameters): number | undefined {
  const token = optionalText(parameters, 'nextToken');
  if (token === undefined) return undefined;
  const position = Buffer.from(token, 'base64url').toString();
  if (/^\d+$/.test(position)) return Number(position);
  throw new StepFunctionsError('InvalidToken', `nextToken: expected one of a former page, was ${token}`);
}

/** The token after a page that ends at `position`; nothing when the page was not full. */
export function nextToken(isFull: boolean, position: number | undefined): { nextToken?: string } {
  if (!isFull || position === undefined) return {};
  return { nextToken: Buffer.from(String(position)).toString('base64url') };
}
