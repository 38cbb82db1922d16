/** A crystal that a simulated film is made of, as the text of its CIF. */
export interface FilmCrystal {
  readonly name: string;
  readonly cif: string;
}

function cubic(title: string, group: string, hall: string, number: number, a: number, atoms: string): string {
  return [
    `data_${title}`,
    `_cell_length_a ${a}`,
    `_cell_length_b ${a}`,
    `_cell_length_c ${a}`,
    "_cell_angle_alpha 90",
    "_cell_angle_beta 90",
    "_cell_angle_gamma 90",
    `_space_group_name_H-M_alt '${group}'`,
    `_space_group_name_Hall '${hall}'`,
    `_space_group_IT_number ${number}`,
    "loop_",
    "_atom_site_label",
    "_atom_site_type_symbol",
    "_atom_site_fract_x",
    "_atom_site_fract_y",
    "_atom_site_fract_z",
    "_atom_site_occupancy",
    "_atom_site_U_iso_or_equiv",
    atoms,
    "",
  ].join("\n");
}

/** Disordered spinel LiMn1.5Ni0.5O4, Fd-3m in origin choice 2, a of a sputtered film. */
export const LNMO: FilmCrystal = {
  name: "LNMO",
  cif: cubic(
    "LNMO",
    "F d -3 m :2",
    "-F 4vw 2vw 3",
    227,
    8.17,
    [
      "Li1 Li 0.125 0.125 0.125 1 0.0101",
      "Mn1 Mn 0.5 0.5 0.5 0.75 0.0063",
      "Ni1 Ni 0.5 0.5 0.5 0.25 0.0063",
      "O1 O 0.263 0.263 0.263 1 0.0089",
    ].join("\n"),
  ),
};

/** Platinum, Fm-3m. */
export const PLATINUM: FilmCrystal = {
  name: "Pt",
  cif: cubic("Pt", "F m -3 m", "-F 4 2 3", 225, 3.9236, "Pt1 Pt 0 0 0 1 0.0041"),
};
