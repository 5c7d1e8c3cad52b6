import type { ListedParty, Party } from '../src/developers/parties/party.ts'

/** Invented organisations and people, as a list would have them, and the spellings in which they turn up. None of them is on a real list. */
export type Labelled = {
  readonly script: 'Latin' | 'Cyrillic' | 'Arabic' | 'Chinese'
  readonly listed: ListedParty
  readonly exact: readonly string[]
  readonly alias: readonly string[]
  /** Transliterated by other rules than the list's, or in other order. */
  readonly other: readonly string[]
}

type Row = readonly [kind: 'p' | 'o', country: string, year: number, names: string, other: string]

// names: the first as listed, then aliases, all exact; other: spellings to find. Separated by `|`.
const rows: Readonly<Record<Labelled['script'], readonly Row[]>> = {
  Latin: [
    ['o', 'PA', 0, 'BRACKENFORD MARITIME HOLDINGS S.A.|Brackenford Shipping', 'Maritime Brackenford|Brackenford Maritime, SA'],
    ['o', 'MT', 0, 'TELLWRIGHT AND SONS TRADING LTD|Tellwright Trading', 'Sons & Tellwright Trading Limited|TELLWRIGHT, SONS, TRADING'],
    ['o', 'DE', 0, 'KRÄUTERFELD MASCHINENBAU GMBH|Kraeuterfeld Maschinenbau', 'Krauterfeld Maschinenbau|Maschinenbau Kräuterfeld GmbH'],
    ['o', 'FR', 0, 'COMPAGNIE DES SABLES VÉRAUX SARL|Sables Veraux', 'Veraux Sables Compagnie|Compagnie Sables Véraux'],
    ['o', 'CY', 0, 'OSTRAVIA LEVANT LOGISTICS LTD|Ostravia Logistics', 'Levant Ostravia Logistics|Ostravia Levant Logistic'],
    ['o', 'TR', 0, 'GÜMÜŞDERE LOJİSTİK A.Ş.|Gumusdere Logistics', 'Gumusdere Lojistik|Lojistik Gümüşdere'],
    ['o', 'PL', 0, 'ZAŁĘSKI I WSPÓLNICY SP. Z O.O.|Zaleski Wspolnicy', 'Zaleski i Wspolnicy|Wspólnicy Załęski'],
    ['p', 'IE', 1961, "O'DRUMMOND, Cormac Fintan|Cormac Drummondo", "Cormac Fintan O'Drummond|Fintan Cormac ODrummond"],
    ['p', 'ES', 1958, 'CARVALLEDO QUINTERAL, Ignacio|Nacho Carvalledo', 'Ignacio Carvalledo Quinteral|Quinteral Carvalledo Ignacio'],
    ['p', 'SE', 1970, 'SVENNERHJELM, Åsa Birgitta|Asa Svennerhjelm', 'Åsa Birgitta Svennerhjelm|Aasa Birgitta Svennerhjelm'],
    ['p', 'HU', 1966, 'VÖRÖSKÚTI, Zoltán|Zoltan Voroskuti', 'Zoltán Vöröskúti|Voroskuti Zoltan'],
    ['p', 'CZ', 1975, 'HRADIŠŤOVSKÝ, Bohuslav|Bohus Hradistovsky', 'Bohuslav Hradišťovský|Hradistovsky Bohuslav'],
    ['p', 'NL', 1963, 'VAN DER LINDERHOUT, Maarten|Maarten Linderhout', 'Maarten van der Linderhout|Linderhout Maarten van der'],
  ],
  Cyrillic: [
    ['o', 'RU', 0, 'OOO SEVERNYY KREMNIY|Severny Kremny', 'ООО «Северный Кремний»|Кремний Северный'],
    [
      'o',
      'RU',
      0,
      'AO ZHELTOVODSKIY MEKHANICHESKIY ZAVOD|Zheltovodsk Mekhanicheskiy Zavod',
      'АО Желтоводский механический завод|Механический завод Желтоводский',
    ],
    ['o', 'BY', 0, 'UP BELOSNEZH TRANSLOGISTIKA|Belosnezh Translogistika', 'УП Белоснеж Транслогистика|Транслогистика Белоснеж УП'],
    ['o', 'UA', 0, 'TOV CHORNOHIRSKA SPILKA|Chornohirska Spilka', 'ТОВ Чорногирска Спилка|Chornogirska Spilka'],
    ['o', 'BG', 0, 'SREBARNA ENERGETIKA EOOD|Srebarna Energetika', 'Сребарна Енергетика ЕООД|Енергетика Сребарна'],
    ['o', 'RS', 0, 'KOSTOLJEVAC PROMET DOO|Kostoljevac Promet', 'Костољевац Промет|Promet Kostoljevac'],
    ['p', 'RU', 1964, 'SHCHUKOVSKIY, Yuriy Valeryevich|Yuri Shchukovsky', 'Юрий Валерьевич Щуковский|Schukowskij Jurij Walerjewitsch'],
    ['p', 'RU', 1972, 'ZHAVORONTSEV, Dmitriy Olegovich|Dmitry Zhavorontsev', 'Дмитрий Олегович Жаворонцев|Жаворонцев Дмитрий Олегович'],
    [
      'p',
      'BY',
      1969,
      'KHMELNITSKOVICH, Aleksandr Petrovich|Alexander Khmelnitskovich',
      'Александр Петрович Хмельницкович|Aleksandr Khmelnickovich Petrovich',
    ],
    ['p', 'UA', 1981, 'TSYBULCHENKO, Vyacheslav|Viacheslav Tsybulchenko', 'Вячеслав Цыбульченко|Tsibulchenko Vyacheslav'],
    ['p', 'KZ', 1977, 'NURTAZANOV, Yerlan Serikovich|Erlan Nurtazanov', 'Ерлан Серикович Нуртазанов|Nurtazanov Erlan Serikovich'],
    ['p', 'BG', 1955, 'DRAGOSTINCHEV, Hristo|Khristo Dragostinchev', 'Христо Драгостинчев|Dragostinchev Christo'],
    ['o', 'RU', 0, 'PAO TIKHOOKEANSKIY LESOSPLAV|Tikhookeanskiy Lesosplav', 'ПАО Тихоокеанский лесосплав|Lesosplav Tikhookeansky'],
  ],
  Arabic: [
    ['o', 'SY', 0, 'AL-ZAHRAWAN TRADING COMPANY|Zahrawan Tijara', 'شركة الزهروان للتجارة|Zahrawan lil Tijara'],
    ['o', 'AE', 0, 'MUASSASAT AL-BARQUQ LIL-NAQL|Barquq Naql', 'مؤسسة البرقوق للنقل|Al Barkuk Naql'],
    ['o', 'IQ', 0, 'SHARIKAT RAFIDAYN AL-MUTAWASSIT|Rafidayn Mutawassit', 'شركة الرافدين المتوسط|Rafidain al-Mutawasit'],
    ['o', 'LB', 0, 'AL-SANABIL AL-KHADRAA GROUP|Sanabil Khadra', 'مجموعة السنابل الخضراء|Sanabil al Khadra'],
    ['o', 'JO', 0, 'QUDRAT TADMUR LIL-MUQAWALAT|Qudrat Tadmur', 'قدرات تدمر للمقاولات|Kudrat Tadmur Mukawalat'],
    ['o', 'KW', 0, 'AL-MURJANIYYA SHIPPING WLL|Murjaniyya', 'المرجانية|Al Murjaniya Shipping'],
    ['p', 'SY', 1963, 'AL-TARSHIHI, Muhammad Abd al-Karim|Abu Karim al-Tarshihi', 'محمد عبد الكريم الترشيحي|Mohammed Abdulkarim Tarshihi'],
    ['p', 'IQ', 1959, 'AL-DULFAWI, Nizar Hashim|Nizar Dulfawi', 'نزار هاشم الدلفاوي|Hashim Nizar al Dulfawi'],
    ['p', 'LB', 1974, 'KHARRUBATI, Samir Yusuf|Sameer Kharrubati', 'سمير يوسف خروبتي|Samir Youssef Kharoubati'],
    ['p', 'YE', 1980, 'AL-SABRAWANI, Faysal Qasim|Faisal Sabrawani', 'فيصل قاسم الصبرواني|Faisal Kasim al-Sabrawani'],
    ['p', 'EG', 1968, 'MANSHAWILI, Tariq Jamal|Tarek Manshawili', 'طارق جمال منشاويلي|Tarik Jamal Manshawili'],
    ['p', 'SD', 1971, 'AL-BADRANI, Zuhayr Mustafa|Zuhair Badrani', 'زهير مصطفى البدراني|Mustafa Zuhair al-Badrani'],
    ['p', 'OM', 1976, 'AL-GHURFANI, Abd al-Rahman Said|Abdulrahman Ghurfani', 'عبد الرحمن سعيد الغرفاني|Abdul Rahman Saeed al-Ghurfani'],
  ],
  Chinese: [
    ['o', 'CN', 0, 'QINGSONG HAIXIA TRADING CO., LTD.|Qingsong Haixia', '青松海峡有限公司|Haixia Qingsong'],
    ['o', 'CN', 0, 'LINGYUE DIANQI CO., LTD.|Lingyue Dian Qi', '凌月电气有限公司|Dianqi Lingyue'],
    ['o', 'HK', 0, 'BOHE ZHIXING KEJI LIMITED|Bohe Zhixing', '薄荷智行科技有限公司|Zhixing Keji Bohe'],
    ['o', 'CN', 0, 'YUNMENG JIXIE JITUAN|Yunmeng Jixie', '云梦机械集团|Yun Meng Ji Xie Ji Tuan'],
    ['o', 'CN', 0, 'TAOYUAN XINGCHEN WULIU CO LTD|Taoyuan Xingchen', '桃园星辰物流有限公司|Xingchen Wuliu Taoyuan'],
    ['o', 'CN', 0, 'BEIHAI HUTONG HANGYUN CO LTD|Hutong Hangyun', '北海沪通航运有限公司|Hutong Hangyun Beihai'],
    ['p', 'CN', 1965, 'OUYANG, Mingzhe|Ou Yang Mingzhe', '欧阳明哲|Mingzhe Ouyang'],
    ['p', 'CN', 1973, 'SHANGGUAN, Weiting|Shang Guan Weiting', '上官伟廷|Weiting Shangguan'],
    ['p', 'CN', 1960, 'ZHUGE, Tianlin|Zhu Ge Tianlin', '诸葛天林|Tianlin Zhuge'],
    ['p', 'HK', 1979, 'LENG, Xiufeng|Leng Xiu Feng', '冷秀峰|Xiufeng Leng'],
    ['p', 'CN', 1984, 'GONGSUN, Ruiheng|Gong Sun Ruiheng', '公孙瑞恒|Ruiheng Gongsun'],
    ['p', 'CN', 1970, 'DUANMU, Haochen|Duan Mu Haochen', '端木浩辰|Haochen Duanmu'],
    ['o', 'CN', 0, 'XUEFENG GUANGDIAN JISHU CO LTD|Xuefeng Guangdian', '雪峰光电技术有限公司|Guangdian Jishu Xuefeng'],
  ],
}

export const labelled: readonly Labelled[] = Object.entries(rows).flatMap(([script, list]) =>
  list.map(([kind, country, year, names, other], at): Labelled => {
    const [name = '', ...alias] = names.split('|')
    const listed: ListedParty = {
      entry: `${script}-${at}`,
      kind: kind === 'p' ? 'person' : 'organisation',
      names: [name, ...alias],
      countries: [country],
      places: [],
      birthYears: year === 0 ? [] : [year],
      numbers: [`REG-${script.toUpperCase()}-${1000 + at}`],
      programs: ['INVENTED'],
    }
    return { script: script as Labelled['script'], listed, exact: [name], alias, other: other.split('|') }
  }),
)

/** Names of people and organisations whom nobody lists, in the same scripts: parts joined in all ways. */
const clean: Readonly<Record<Labelled['script'], readonly [first: string, second: string, org: string]>> = {
  Latin: [
    'Maria John Anna Peter Lucia Thomas Ingrid Carlos Sofie Henrik Claire Marek',
    'Miller Garcia Novak Andersson Dubois Rossi Keller Fernandez Nowak Larsen',
    'Harbour Coffee|Green Valley Foods|Blue Lantern Software|Rossi Fratelli|Stadtwerke Lindenau|Northern Light Books|Café du Marché|Atlas Consulting',
  ],
  Cyrillic: [
    'Иван Мария Сергей Ольга Алексей Елена Николай Татьяна Андрей Наталья Павел Светлана',
    'Иванов Петров Кузнецов Соколов Попов Лебедев Козлов Новиков Морозов Волков',
    'ООО Ромашка|АО Уральский хлеб|ИП Смирнов|ООО Тёплый дом|Книжный мир|Городская аптека|ООО Лесные ягоды|Школа танцев Вальс',
  ],
  Arabic: [
    'أحمد فاطمة خالد مريم عمر ليلى حسن زينب إبراهيم سلمى علي نور',
    'الحسن المصري العلي حداد الشامي النجار الخطيب عباس السيد منصور',
    'شركة الأمل للأغذية|مكتبة المدينة|مخبز الصباح|شركة النهر للبناء|مدرسة المستقبل|صيدلية الشفاء|مطعم البستان|دار الكتب',
  ],
  Chinese: [
    '伟 芳 娜 敏 静 丽 强 磊 军 洋 建国 小红',
    '王 李 张 刘 陈 杨 赵 黄 周 吴',
    '上海面包店|北京书店有限公司|花园咖啡|绿叶茶叶公司|大众药房|阳光幼儿园|长江食品有限公司|东方旅行社',
  ],
}

/** @returns parties that a check should find nothing about, with countries and years in which the listed ones live, to make it hard */
export function cleanParties(script: Labelled['script']): readonly Party[] {
  const [first, second, orgs] = clean[script]
  const countries = labelled.filter((one) => one.script === script).map(({ listed }) => listed.countries[0] ?? 'XX')
  const separator = script === 'Chinese' ? '' : ' '
  const people = first
    .split(' ')
    .flatMap((given) => second.split(' ').map((family) => (script === 'Chinese' ? `${family}${given}` : `${given}${separator}${family}`)))
  const base = { region: null, address: null, numbers: [] }
  return [
    ...people.map(
      (name, at): Party => ({
        ...base,
        id: name,
        kind: 'person',
        names: [name],
        countries: [countries[at % countries.length] ?? 'XX'],
        birthYear: 1955 + (at % 30),
      }),
    ),
    ...orgs.split('|').map(
      (name, at): Party => ({
        ...base,
        id: name,
        kind: 'organisation',
        names: [name],
        countries: [countries[at % countries.length] ?? 'XX'],
        birthYear: null,
      }),
    ),
  ]
}
