/** The people whom every seed holds, by what they are for; README lists them. */
export const DEMO = {
  groom: '048090000001',
  bride: '048192000002',
  husband: '048085000003',
  wife: '048187000004',
  child: '048215000005',
  deceased: '048045000006',
  /** Her registries disagree on name and marital status. */
  contradicted: '048178000007',
  /** No civil-status record of him was ever digitised. */
  undigitised: '048099000008',
  widow: '048150000016',
  divorcee: '048179000017',
} as const;

/** A number in the right form that nobody has. */
export const NOBODY = '048090999999';
