/** What an endpoint is made of. */
export interface EndpointPlan {
  /** Of the endpoint, and of the model and the configuration behind it. */
  readonly name: string;
  readonly image: string;
  readonly roleArn: string;
  /** `s3://BUCKET/KEY.tar.gz` */
  readonly modelData: string;
  readonly instanceType: string;
}

export interface EndpointState {
  readonly status: 'Creating' | 'InService' | 'Updating' | 'Deleting' | 'Failed' | (string & {});
  readonly failure: string | null;
}

/** Endpoints that serve models, made and removed by an operator. */
export interface ModelEndpoints {
  /** Creates what is not there yet: model, configuration, endpoint. It is not in service then. */
  create(plan: EndpointPlan): Promise<void>;
  /** Undefined when there is none. */
  find(name: string): Promise<EndpointState | undefined>;
  /** Removes what is there: endpoint, configuration, model. */
  remove(name: string): Promise<void>;
}
