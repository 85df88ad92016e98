// A stack that cdk-nag must refuse: what the synthesis test proves that the checks are awake with.
import { App, Stack, Validations } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { AwsSolutionsChecks } from 'cdk-nag';

const app = new App({ outdir: process.env['CDK_OUTDIR'] ?? 'cdk.out' });
new Bucket(new Stack(app, 'badly-made'), 'Open');
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
app.synth();
