import { targetNamed } from '../../shared/domain/training/targets.ts';
import { type TrainPorts, type TrainReport, type TrainRequest, trainExchange } from './train-exchange.ts';
import { type MagnitudePorts, type MagnitudeReport, trainMagnitudeOfExchange } from './train-magnitude.ts';

/**
 * Trains a candidate for whatever target the request names, each kind by its own procedure.
 * @throws RejectedInput listing the targets there are, or as the kind's procedure does
 */
export function trainTarget(ports: TrainPorts & MagnitudePorts) {
  const classes = trainExchange(ports);
  const magnitude = trainMagnitudeOfExchange(ports);
  return async (request: TrainRequest): Promise<TrainReport | MagnitudeReport> =>
    targetNamed(request.target).kind === 'magnitude' ? magnitude(request) : classes(request);
}
