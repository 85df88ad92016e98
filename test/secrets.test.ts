import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { secretsIn } from './secret-patterns.ts';
import { filesOfTree } from './tree-files.ts';

const ROOT = join(import.meta.dirname, '..');

describe('secrets', () => {
  it('are in no file of the tree', () => {
    const found = filesOfTree(ROOT).flatMap((path) =>
      secretsIn(readFileSync(join(ROOT, path), 'utf8')).map((what) => `${path}: ${what}`),
    );
    expect(found).toEqual([]);
  });

  it.each([
    ['an access key', `key = "AKIA${'Q7R2XK3VT5ZB6MWD'}"`, /access key/],
    ['a private key', `-----BEGIN EC PRIVATE ${'KEY'}-----`, /private key/],
    [
      'a Slack webhook',
      `https://hooks.slack.com/services/T0${'A1B2C3D4'}/B0Z9Y8X7W6/q1w2e3r4t5y6u7i8o9p0a1s2`,
      /Slack/,
    ],
    ['a GitHub token', `ghp_${'a1B2c3D4e5'.repeat(4)}`, /token/],
    [
      'a secret by its name',
      `aws_secret_access_key = ${'wJalrXUtnFEMIK7MDENGbPxRfiCYzz83kd90LKqa'}`,
      /secret/,
    ],
    ['a password', `password: '${'hT9-xk2L!qp0Zz'}'`, /secret/],
  ])('are known: %s', (_, text, what) => {
    expect(secretsIn(text).join()).toMatch(what);
  });

  it.each([
    ['a hash', 'sha256: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08'],
    ['a name', 'secretAccessKey: key.secretAccessKey'],
    ['an example in words', "secretAccessKey: 'secret'"],
    ['a key of tests', 'AKIAAAAAAAAAAAAAAAAA'],
  ])('are not: %s', (_, text) => {
    expect(secretsIn(text)).toEqual([]);
  });
});
