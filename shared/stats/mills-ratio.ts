/** From here on the expansion in 1/u^2 is the shorter one. */
const TAIL = 8;
const MIDDLE = 2;

/**
 * Mills' ratio of the standard normal, (1 - Phi(u)) / phi(u), for u >= 0, to about 2e-16 relative: no underflow in
 * the tail, where it is near 1/u. Rational interpolants at Chebyshev nodes of [0, 2], [2, 8] and, in 1/u^2, beyond;
 * all coefficients are positive, so nothing cancels. Negative u is outside the fit. NaN gives NaN.
 * Example: `millsRatio(0)` is 1.2533141373155003, the root of pi/2.
 */
export function millsRatio(u: number): number {
  if (u < MIDDLE) return nearCentre(u);
  return u < TAIL ? middle(u) : tail(u);
}

function nearCentre(u: number): number {
  const above =
    1.2533141373155003 +
    u *
      (1.2294971263674703 +
        u *
          (0.6120707083120778 +
            u *
              (0.18162926836259025 +
                u * (0.03343094485615827 + u * (0.0035856846047834885 + u * 0.0001754382423969283)))));
  const below =
    1 +
    u *
      (1.778881335482964 +
        u *
          (1.4077037213639638 +
            u *
              (0.644625107005795 +
                u *
                  (0.18527257880188255 +
                    u * (0.03360169806595746 + u * (0.0035859377448657945 + u * 0.00017543138970703163))))));
  return above / below;
}

function middle(u: number): number {
  const above =
    1.2533141528607228 +
    u *
      (1.8414915738738433 +
        u *
          (1.3353007845701534 +
            u *
              (0.6098084207085395 +
                u *
                  (0.19022243416921056 +
                    u *
                      (0.04146144464020046 +
                        u *
                          (0.00620044808657664 +
                            u * (0.0005895196820518963 + u * 2.8270803241066233e-5)))))));
  const below =
    1 +
    u *
      (2.267182341134799 +
        u *
          (2.3743653838552463 +
            u *
              (1.5133971715660164 +
                u *
                  (0.6500913609756894 +
                    u *
                      (0.19636631194372073 +
                        u *
                          (0.04205096549233773 +
                            u *
                              (0.006228718855750929 +
                                u * (0.0005895196826830051 + u * 2.8270803235477194e-5))))))));
  return above / below;
}

function tail(u: number): number {
  const y = 1 / (u * u);
  const above =
    1 +
    y *
      (47.11779448256834 +
        y * (710.9876000252183 + y * (3983.391319217785 + y * (7057.208430492184 + y * 1790.3385430574617))));
  const below =
    1 +
    y *
      (48.11779448256834 +
        y * (756.1053945077888 + y * (4610.143330275634 + y * (10015.802495702528 + y * 5209.923145242065))));
  return above / below / u;
}
