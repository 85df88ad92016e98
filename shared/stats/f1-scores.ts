/**
 * F1 of each class from a confusion matrix [width x width] (rows: true); 0 for a class that is
 * neither present nor predicted. Example: `f1Scores([1, 0, 1, 1], 2)` is [2/3, 2/3].
 */
export function f1Scores(confusion: ArrayLike<number>, width: number): number[] {
  return Array.from({ length: width }, (_, at) => {
    let present = 0;
    let predicted = 0;
    for (let other = 0; other < width; other += 1) {
      present += confusion[at * width + other] as number;
      predicted += confusion[other * width + at] as number;
    }
    const hits = confusion[at * width + at] as number;
    return present + predicted === 0 ? 0 : (2 * hits) / (present + predicted);
  });
}
