import { gunzipSync, gzipSync } from 'node:zlib';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { dayTallySchema } from '../../domain/outcomes/day-tally.ts';
import type { TallyStore } from '../../ports/tally-store.ts';
import { DynamoTable } from './table.ts';

const TALLY = 'tally#';

/** In the `recommendations` table: `tally#<exchange>` / date, gzipped JSON. */
export function dynamoTallyStore(client: DynamoDBClient, tableName: string): TallyStore {
  const table = new DynamoTable(client, tableName);
  return {
    async put(tally) {
      const tally_gz = gzipSync(JSON.stringify(tally));
      await table.put({ pk: TALLY + tally.exchange, sk: tally.date, tally_gz });
    },
    async between(exchange, from, to) {
      const items = await table.query({ pk: TALLY + exchange, from, to });
      return items.map((item) =>
        dayTallySchema.parse(JSON.parse(gunzipSync(item['tally_gz'] as Uint8Array).toString())),
      );
    },
  };
}
