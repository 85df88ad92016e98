import { InvariantViolated } from '../../errors.ts';
import type { Exchange } from '../market/snapshot.ts';
import type { DatasetFile, DatasetManifest } from './manifest.ts';

/** The two files of a day of a dataset. */
export interface DatasetDay {
  readonly exchange: Exchange;
  readonly date: string;
  readonly features: DatasetFile;
  readonly labels: DatasetFile;
}

/**
 * An exchange's days of a dataset by date, whatever the order of its files. No files: no days.
 * @throws InvariantViolated naming a day that has not one file of each kind.
 */
export function daysOf(
  manifest: Pick<DatasetManifest, 'version' | 'files'>,
  exchange: Exchange,
): DatasetDay[] {
  const files = manifest.files.filter((file) => file.exchange === exchange);
  const days = [...Map.groupBy(files, (file) => file.date)].map(([date, ofDay]) => {
    const features = ofDay.find(({ kind }) => kind === 'features');
    const labels = ofDay.find(({ kind }) => kind === 'labels');
    if (features === undefined || labels === undefined || ofDay.length > 2) {
      const was = ofDay.map(({ kind }) => kind).join(', ');
      throw new InvariantViolated(
        `dataset ${manifest.version}: expected one features and one labels file of ${exchange} on ${date}, was ${was}`,
      );
    }
    return { exchange, date, features, labels };
  });
  return days.sort((a, b) => (a.date < b.date ? -1 : 1));
}
