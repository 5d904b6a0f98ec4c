// Records how Luxon reads texts as n8n has it do: TZ=UTC node record_luxon.mjs PATH_OF_LUXON > luxon.jsonl
import {createRequire} from 'module';
const {DateTime,Settings}=createRequire(import.meta.url)(process.argv[2]);
const zone='America/New_York'; Settings.defaultZone=zone; Settings.now=()=>Date.UTC(2024,1,3,17,0,0);
let seed=9; const R=()=>{seed=(Math.imul(seed,1664525)+1013904223)>>>0; return seed/2**32}; const of=l=>l[Math.floor(R()*l.length)];
const n=(a,b)=>a+Math.floor(R()*(b-a+1)); const p=(x,l=2)=>String(x).padStart(l,'0');
const y=()=>p(of([n(1970,2030),n(1,9999),2024]),4), M=()=>p(n(0,13)), D=()=>p(of([n(1,28),n(0,32)])), m=()=>p(n(0,60)), h=()=>p(n(0,25));
const t=()=>of([`${h()}`,`${h()}:${m()}`,`${h()}${m()}`,`${h()}:${m()}:${m()}`,`${h()}:${m()}:${m()}.${n(0,99999)}`,`${h()}:${m()}:${m()},${n(0,999)}`,'24:00','24:00:00.000','24:01']);
const z=()=>of(['','','Z','z','+02:00','-0530','+05','[Europe/Paris]','+01:00[Europe/Paris]','[Nope/Where]','-5']);
const s=()=>of(['','',' Z',' +02:00','-0530',' Europe/Paris',' America/New_York','+01',' Nope/Where','Z']);
const f=[()=>`${y()}-${M()}-${D()}T${t()}${z()}`,()=>`${y()}-${M()}-${D()}`,()=>`${y()}${M()}${D()}`,()=>`${y()}-${M()}`,()=>y(),()=>`${y()}-W${p(n(0,54))}-${n(0,8)}`,()=>`${y()}W${p(n(1,53))}${of(['',n(1,7)])}`,
()=>`${y()}-${p(n(0,367),3)}`,()=>`${y()}${p(n(1,366),3)}T${t()}`,()=>`${t()}${z()}`,()=>`T${t()}`,()=>`${y()}-${M()}-${D()} ${t()}${s()}`,()=>`${t()}${s()}`,()=>`+${p(n(1000,9999),6)}-01-01`,()=>`-00${p(n(0,20),4)}-02-03T04:05`,
()=>new Date(n(0,2**31)*1000).toUTCString(),()=>`${of(['Mon','Tue','Wed'])} ${of(['Jan','Feb','Mar'])} ${of([' 1','02','31',' 9'])} ${h()}:${m()}:${m()} ${y()}`,()=>`Tue, ${n(1,31)} Nov 2016 ${h()}:${m()}:${m()} ${of(['GMT','+0630','EST','Z','-0100'])}`,()=>`${n(1,31)} Nov ${n(10,40)} 13:23 +0630`,
()=>`${n(1,12)}/${n(1,31)}/${y()}`,()=>of(['','x','null','true','NaN','Infinity','[object Object]','2024-01-01T','2024-1-1','  2024-01-01  ']),()=>String(n(0,99999999))];
const parse=v=>{const d=String(v).trim();for(const k of ['fromISO','fromHTTP','fromRFC2822','fromSQL']){const x=DateTime[k](d,{zone,setZone:true});if(x.isValid)return x.toMillis()}const x=DateTime.fromMillis(Date.parse(d),{zone});return x.isValid?x.toMillis():null};
for(let i=0;i<1500;i++){const v=of(f)();let r=null;try{r=parse(v)}catch{}console.log(JSON.stringify([v,r]))}
