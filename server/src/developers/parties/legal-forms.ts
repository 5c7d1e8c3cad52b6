/** Words that say what kind of body somebody is and not who it is, after transliteration. */
export const legalForms: ReadonlySet<string> = new Set(
  (
    'ab ag as asa aps bv bvba cia co company corp corporation cv eood ehf fze fzc fzco fzllc gbr gmbh group holding holdings inc incorporated jsc kft kg ' +
    'kk limited llc llp lp ltd ltda mbh nv oao oo ooo oy oyj oü pao pjsc plc pllc pte pt pty pvt rt sa sae sal saoc saog sarl sas sasu sdn bhd se sl ' +
    'spa srl sro ste tov ukts ulc wll zao zrt ao ojsc cjsc sia uab eurl snc ' +
    // in front of names
    'mr mrs ms dr sheikh shaykh haji hajji general colonel'
  ).split(' '),
)

/** Particles that are written, left out and joined at will. */
export const particles: ReadonlySet<string> = new Set(
  'al el ul ad as ash ar an bin ben ibn bint lil lel li the and of de la le da do dos der den von van y e'.split(' '),
)

/** The same in scripts that are compared before they are spelled in ASCII. The longest stand first. */
export const foreignForms: readonly string[] = [
  '股份有限公司',
  '有限责任公司',
  '有限責任公司',
  '有限公司',
  '集团',
  '集團',
  '公司',
  '株式会社',
  '有限会社',
  '주식회사',
  'общество с ограниченной ответственностью',
  'публичное акционерное общество',
  'акционерное общество',
  'товариство з обмеженою відповідальністю',
  'شركة',
  'مؤسسة',
  'مجموعة',
  'المحدودة',
  'المساهمة',
  'ذ.م.م',
  'ش.م.م',
]
