// The product with one more reader of the bus, as a desk would add it: a line for its queue, and a function of its own.
import { App, Duration, Stack } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { bundleFunctions } from '../../infra/bundle.ts';
import { busReaders } from '../../infra/bus-readers.ts';
import { readSettings } from '../../infra/settings.ts';
import { ApiStack } from '../../infra/stacks/api.ts';
import { DataStack } from '../../infra/stacks/data.ts';
import { MonitoringStack } from '../../infra/stacks/monitoring.ts';
import { PipelineStack } from '../../infra/stacks/pipeline.ts';

const app = new App({ outdir: process.env['CDK_OUTDIR'] ?? 'cdk.out' });
const settings = readSettings(app);
bundleFunctions();
const data = new DataStack(app, settings, {
  ...busReaders(settings),
  ToDesk: { visibilityTimeoutS: 30, only: { kind: ['recommendation'], exchange: ['NSE'] } },
});
const api = new ApiStack(app, settings, data);
const pipeline = new PipelineStack(app, settings, data, api);
new MonitoringStack(app, settings, data, api, pipeline);

const desk = new Stack(app, `${settings.environment}-desk`);
const reader = new LambdaFunction(desk, 'Reader', {
  runtime: Runtime.NODEJS_24_X,
  architecture: settings.architecture,
  handler: 'index.handler',
  code: Code.fromAsset(app.node.tryGetContext('desk')),
  role: new Role(desk, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') }),
  timeout: Duration.seconds(5),
});
reader.addEventSource(
  new SqsEventSource(data.reader('ToDesk').queue, { batchSize: 10, reportBatchItemFailures: true }),
);
app.synth();
