import { createHash } from 'node:crypto';

/**
 * Name of a resource the template leaves unnamed: stack and logical id, so that it is the same after a restart.
 * Longer than `maximumLength`, it is cut and ends in eight hex digits of its hash.
 *
 * @example physicalName('Data', 'Lake5F1B88EA', 63) // 'Data-Lake5F1B88EA'
 */
export function physicalName(stack: string, logicalId: string, maximumLength: number): string {
  const name = `${stack}-${logicalId}`;
  if (name.length <= maximumLength) return name;
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 8);
  return `${name.slice(0, maximumLength - 9)}-${hash}`;
}
