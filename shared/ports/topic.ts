/** Something that many may listen to. */
export interface Topic {
  publish(message: {
    subject?: string;
    body: string;
    attributes?: Readonly<Record<string, string>>;
  }): Promise<void>;
}
