/**
 * Resource types that stand in the templates without local behaviour: type -> why nothing runs.
 * Their `Ref` is their physical name and their only attribute is `Arn`.
 */
export const INERT_TYPES: Readonly<Record<string, string>> = {
  'AWS::CDK::Metadata': 'usage statistics of the CDK; describes nothing that runs',
  'AWS::ApplicationInsights::Application': 'a view in the AWS console',
  'AWS::Budgets::Budget': 'nothing costs money here',
  'AWS::CloudWatch::Alarm': 'watches AWS metrics; the alert stage watches the product itself, here too',
  'AWS::CloudWatch::CompositeAlarm': 'combines alarms, which are inert',
  'AWS::CloudWatch::Dashboard': 'a view in the AWS console',
  'AWS::IAM::ServiceLinkedRole': 'lets AWS services act for themselves',
  'AWS::KMS::Alias': 'names a key, and keys are inert',
  'AWS::KMS::Key': 'state lies in a folder of its owner; encryption at rest is the disk',
  'AWS::Lambda::Permission': 'lets AWS services invoke a function; here only configured sources can',
  'AWS::Logs::LogGroup': 'log files lie below the state folder',
  'AWS::Logs::MetricFilter': 'feeds AWS metrics, which are inert',
  'AWS::Logs::QueryDefinition': 'a saved query of the AWS console',
  'AWS::Logs::ResourcePolicy': 'lets AWS services write logs',
  'AWS::ResourceGroups::Group': 'a view in the AWS console',
  'AWS::S3::BucketPolicy':
    'the policies of roles are checked; the CDK adds only TLS and custom-resource rules',
  'AWS::SNS::TopicPolicy': 'lets AWS services publish; here only configured sources can',
  'AWS::SQS::QueuePolicy': 'lets AWS services send; here only configured subscriptions can',
  'AWS::XRay::Group': 'HTTP APIs have no X-Ray, and nothing is traced locally',
  'Custom::LogRetention': 'log files lie below the state folder',
  'Custom::S3AutoDeleteObjects': 'acts when a stack is deleted; here the state folder is removed',
};
