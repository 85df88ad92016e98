import type { LocalService } from '../service.ts';
import type { TrainingImage } from './image.ts';
import type { TrainingJob } from './store.ts';

/** SageMaker's training jobs and endpoints: images as processes of this machine. */
export interface SageMakerService extends LocalService {
  /** Makes an image known by its tag, as a push to its repository does. */
  addImage(tag: string, image: TrainingImage): void;
  /**
   * Takes a training job over and starts it. The same `attemptId` again finds the job it had created.
   * @throws ServiceError ValidationException for a request that is wrong, ResourceInUse for a name that is taken.
   */
  createTrainingJob(input: unknown, attemptId?: string): TrainingJob;
  /** @throws ServiceError ValidationException when there is none. */
  describeTrainingJob(name: string): TrainingJob;
  /** Asks the job to end (SIGTERM, and SIGKILL two minutes later); nothing while the service closes. */
  stopTrainingJob(name: string): void;
  /** Resolves once the job has ended; never when the service is closed before, since the next start runs it again. */
  untilEnded(name: string): Promise<TrainingJob>;
  /** The process of an endpoint that can be asked now. */
  endpointProcess(name: string): number | undefined;
  /** Runs what an earlier process left in progress from its beginning, and its endpoints. */
  start(): void;
}
