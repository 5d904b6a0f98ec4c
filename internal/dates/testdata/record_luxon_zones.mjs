// Records how n8n's type dateTime reads texts: TZ=UTC node record_luxon.mjs [count] > luxon.jsonl (needs `npm install luxon`).
// A line is [text, ISO text or null]; the zone is America/New_York, now is 2026-03-04T05:06:07.089Z.
import { DateTime, Settings } from 'luxon';

Settings.now = () => Date.UTC(2026, 2, 4, 5, 6, 7, 89);
const zone = 'America/New_York';
let seed = 7;
const random = (n) => (seed = (seed * 1103515245 + 12345) % 2147483648) % n;
const pick = (list) => list[random(list.length)];
const two = (n) => String(random(n)).padStart(2, '0');
const year = () => pick(['1994', '2024', '2023', '0099', '1899', '+002024', '-000001', '9999', '2024', '24']);
const time = () => pick([`${two(26)}`, `${two(25)}:${two(61)}`, `${two(25)}${two(60)}`, `${two(24)}:${two(60)}:${two(61)}`, `${two(24)}${two(60)}${two(60)}`,
  `${two(24)}:${two(60)}:${two(60)}.${random(99999)}`, `${two(24)}:${two(60)}:${two(60)},5`, '24:00', '24:00:00.000', '24:01', '']);
const offset = () => pick(['', '', 'Z', 'z', '+01:00', '-0530', '+14', '+00:00', '[Europe/Berlin]', '+02:00[Europe/Berlin]', 'Z[Asia/Tokyo]', ' Europe/Berlin', ' +03:00', '[Nowhere/Land]', 'EST']);
const month = () => pick(['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec', 'jan', 'Foo']);
const day = () => pick(['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']);
const longDay = () => pick(['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']);
const forms = [
  () => `${year()}-${two(14)}-${two(33)}T${time()}${offset()}`,
  () => `${year()}-${two(13)}-${two(30)}${pick(['T', 't', ' ', ''])}${time()}${offset()}`,
  () => `${year()}${two(13)}${two(30)}${pick(['T', ''])}${time()}${offset()}`,
  () => `${year()}-${two(14)}`, () => year(), () => `${year()}-W${two(55)}-${random(9)}${pick(['', 'T' + time()])}${offset()}`,
  () => `${year()}W${two(54)}`, () => `${year()}-${random(400)}`, () => `${pick(['T', ''])}${time()}${offset()}`,
  () => `${pick([day() + ', ', ''])}${1 + random(31)} ${month()} ${pick(['2024', '2023', '94', '61', '60', '07', '1999'])} ${two(24)}:${two(60)}${pick([':' + two(60), ''])} ${pick(['GMT', 'UT', 'EST', 'PDT', 'Z', '+0100', '-0730', ''])}`,
  () => `${day()}, ${two(32)} ${month()} 2024 ${two(24)}:${two(60)}:${two(60)} GMT`, () => `${longDay()}, ${two(32)}-${month()}-${pick(['94', '24', '65', '61'])} ${two(24)}:${two(60)}:${two(60)} GMT`,
  () => `${day()} ${month()} ${pick([' ' + random(10), two(32)])} ${two(24)}:${two(60)}:${two(60)} 2024`, () => `${month()} ${random(32)}, 2024 ${time()}`, () => `${random(13)}/${random(32)}/2024`,
];
const read = (text) => {
  for (const from of ['fromISO', 'fromHTTP', 'fromRFC2822', 'fromSQL']) {
    const d = DateTime[from](text.trim(), { zone, setZone: true });
    if (d.isValid) return d.toISO();
  }
  const d = DateTime.fromMillis(Date.parse(text.trim()), { zone });
  return d.isValid ? d.toISO() : null;
};
for (let i = 0; i < Number(process.argv[2] ?? 1500); i++) {
  const text = pick(forms)();
  console.log(JSON.stringify([text, read(text)]));
}
