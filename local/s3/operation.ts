import type { LocalResponse } from '../service.ts';
import type { S3Call } from './call.ts';
import type { S3Store } from './store.ts';
import { renderXml, type XmlTree } from './xml.ts';

/** One S3 operation: reads the call, changes or reads the store, answers. Refusals are thrown as S3Error. */
export type Operation = (store: S3Store, call: S3Call) => LocalResponse | Promise<LocalResponse>;

/** The account every local bucket and object belongs to. */
export const OWNER = { ID: '000000000000', DisplayName: 'local' };

/** A 200 answer with an XML document. */
export function xmlResponse(
  root: string,
  tree: XmlTree,
  headers: Record<string, string> = {},
): LocalResponse {
  return {
    status: 200,
    headers: { 'content-type': 'application/xml', ...headers },
    body: renderXml(root, tree),
  };
}

/** ISO 8601 at whole seconds, as S3 writes times in XML. `1700000000123` -> `2023-11-14T22:13:20.000Z`. */
export function isoSeconds(timeMs: number): string {
  return new Date(Math.floor(timeMs / 1000) * 1000).toISOString();
}
