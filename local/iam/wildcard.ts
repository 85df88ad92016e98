const patterns = new Map<string, RegExp>();

/**
 * Whether `text` matches an IAM pattern: `*` is any run of characters, `?` any one.
 *
 * @example matchesWildcard('s3:Get*', 's3:GetObject') // true
 */
export function matchesWildcard(pattern: string, text: string): boolean {
  let expression = patterns.get(pattern);
  if (expression === undefined) {
    const source = pattern
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.');
    expression = new RegExp(`^${source}$`, 's');
    patterns.set(pattern, expression);
  }
  return expression.test(text);
}
