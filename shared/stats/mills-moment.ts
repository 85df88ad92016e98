/** Before this 1 - u M(u) loses no digit worth having, given M(u). */
export const MOMENT_FROM = 1;
const TAIL = 8;

/**
 * The integral of v exp(-uv - v^2/2) over v > 0, which is 1 - u M(u) with Mills' ratio M, for u >= 1, to about 2e-16
 * relative: no cancellation in the tail, where it is near 1/u^2. Rational interpolants at Chebyshev nodes of [1, 8]
 * and, in 1/u^2, beyond. Smaller u is outside the fit. NaN gives NaN.
 * Example: `millsMoment(1)` is 0.34432045758120156.
 */
export function millsMoment(u: number): number {
  return u < TAIL ? middle(u) : tail(u);
}

function middle(u: number): number {
  const above =
    0.9999999990643234 +
    u *
      (1.1669208540171883 +
        u *
          (0.6965148432536438 +
            u *
              (0.2677366873952366 +
                u *
                  (0.07151129644339863 +
                    u *
                      (0.013524867818776699 +
                        u *
                          (0.00177285776456733 +
                            u * (0.00014877791636346623 + u * 6.299855262636375e-6)))))));
  const below =
    1.0 +
    u *
      (2.420234982730117 +
        u *
          (2.7298296006892757 +
            u *
              (1.89549269689055 +
                u *
                  (0.9006537365265432 +
                    u *
                      (0.30742017064581906 +
                        u *
                          (0.07679198651649148 +
                            u *
                              (0.013971205041208816 +
                                u *
                                  (0.0017917572278102387 +
                                    u * (0.0001487779182912938 + u * 6.299855245298266e-6)))))))));
  return above / below;
}

function tail(u: number): number {
  const y = 1 / (u * u);
  const above =
    1.0 +
    y *
      (53.975481769896405 +
        y *
          (940.4851526098558 + y * (6073.061079543274 + y * (11822.251176752157 + y * 1567.5966846512154))));
  const below =
    1.0 +
    y *
      (56.97548176989639 +
        y *
          (1096.4115979195699 + y * (8612.663646727522 + y * (26251.493748310288 + y * 22808.505977220495))));
  return (y * above) / below;
}
