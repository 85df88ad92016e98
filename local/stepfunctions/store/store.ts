import { type Database, openDatabase, type Transaction } from './database.ts';
import { EventStore } from './events.ts';
import { ExecutionStore } from './executions.ts';
import { FrameStore } from './frames.ts';
import { MachineStore } from './machines.ts';
import { TokenStore } from './tokens.ts';

/** All that the service keeps on disk. */
export interface Store {
  readonly machines: MachineStore;
  readonly executions: ExecutionStore;
  readonly frames: FrameStore;
  readonly events: EventStore;
  readonly tokens: TokenStore;
  readonly transaction: Transaction;
  close(): void;
}

/** Opens the store in `directory`, which is made when it is missing. */
export function openStore(directory: string): Store {
  const db: Database = openDatabase(directory);
  return {
    machines: new MachineStore(db),
    executions: new ExecutionStore(db),
    frames: new FrameStore(db),
    events: new EventStore(db),
    tokens: new TokenStore(db),
    transaction: db.transaction,
    close: () => db.sql.close(),
  };
}
