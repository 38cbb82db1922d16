/** Degrees of freedom of the Student-t likelihood that keeps single wrong reflections from deciding. */
export const NU = 4;

/** Weight of a squared residual in `d` dimensions under Student's t, whose cost is (NU + d) log(1 + r²/NU). */
export const weight = (r2: number, d: number) => (NU + d) / (NU + r2);
