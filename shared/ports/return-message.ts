/** Lets a received message come again `afterS` seconds from now, instead of after its queue's visibility timeout. */
export type ReturnMessage = (receiptHandle: string, afterS: number) => Promise<void>;
