/** Pictures of the small world, drawn as SVG: no photograph, nobody's rights, nothing to load. */
import { HARBOUR, TABLE } from './sample-data.ts'

const repeat = (count: number, draw: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => draw(i)).join('')

const table = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1600 1000" width="1600" height="1000">
  <defs>
    <linearGradient id="wall" x2="0" y2="1"><stop stop-color="#ead9bd"/><stop offset="1" stop-color="#cfb48d"/></linearGradient>
    <linearGradient id="sky" x2="0" y2="1"><stop stop-color="#8fb4cf"/><stop offset=".6" stop-color="#f2d9b0"/></linearGradient>
    <linearGradient id="oak" x2="0" y2="1"><stop stop-color="#c68e4f"/><stop offset="1" stop-color="#8f5a2a"/></linearGradient>
    <linearGradient id="floor" x2="0" y2="1"><stop stop-color="#8a6a4b"/><stop offset="1" stop-color="#5d4430"/></linearGradient>
    <radialGradient id="light" cx=".5" cy=".2" r=".8"><stop stop-color="#fff2d4" stop-opacity=".55"/><stop offset="1" stop-color="#fff2d4" stop-opacity="0"/></radialGradient>
  </defs>
  <rect width="1600" height="1000" fill="url(#wall)"/>
  <rect y="760" width="1600" height="240" fill="url(#floor)"/>
  <g stroke="#4c3726" stroke-width="3" opacity=".5">${repeat(7, (i) => `<path d="M${i * 270 - 120} 1000 L${380 + i * 140} 760"/>`)}</g>
  <g transform="translate(470 90)">
    <rect x="-24" y="-24" width="708" height="468" fill="#f6ecd9"/>
    <rect width="660" height="420" fill="url(#sky)"/>
    <path d="M0 300 Q120 210 260 270 T520 240 T660 280 V420 H0Z" fill="#7f9a7a"/>
    <path d="M0 350 Q160 290 330 340 T660 330 V420 H0Z" fill="#557457"/>
    <g fill="#3f5c45"><circle cx="110" cy="318" r="34"/><circle cx="150" cy="330" r="26"/><circle cx="560" cy="312" r="30"/></g>
    <path d="M330 0V420 M0 200H660" stroke="#f6ecd9" stroke-width="18"/>
    <rect x="-50" y="440" width="760" height="26" rx="4" fill="#e3d2b4"/>
  </g>
  <rect width="1600" height="1000" fill="url(#light)"/>
  <ellipse cx="800" cy="905" rx="640" ry="34" fill="#2f2116" opacity=".35"/>
  <g fill="#7d4e24"><path d="M270 680h54l-18 225h-30z M1276 680h54l-6 225h-30z"/><path d="M400 680h40l-12 175h-22z M1160 680h40l-6 175h-22z" opacity=".8"/></g>
  <path d="M250 590h1100l70 78H180z" fill="url(#oak)"/>
  <rect x="180" y="668" width="1240" height="40" rx="5" fill="#7a4c22"/>
  <g stroke="#7a4c22" stroke-width="3" fill="none" opacity=".45"><path d="M300 606 Q700 618 1310 602 M260 628 Q760 640 1350 624 M230 650 Q820 660 1380 646"/></g>
  <g transform="translate(800 560)">
    <ellipse cy="52" rx="120" ry="16" fill="#4a2f17" opacity=".4"/>
    <circle cx="-40" cy="-4" r="32" fill="#b5482e"/><circle cx="16" cy="-14" r="34" fill="#c9702f"/><circle cx="54" cy="0" r="28" fill="#a9a13c"/>
    <path d="M-112 0h224q-14 52-70 56h-84q-56-4-70-56z" fill="#3f6f73"/>
    <path d="M-112 0h224" stroke="#6f9a9a" stroke-width="6"/>
  </g>
  <g transform="translate(1090 470)"><path d="M-34 150q-14-90 4-120h60q18 30 4 120z" fill="#e8dcc6"/><g stroke="#55734f" stroke-width="6" fill="none"><path d="M-6 40 Q-40-50-70-80 M2 40 Q0-70 6-120 M10 40 Q44-40 84-62"/></g><g fill="#d9a441"><circle cx="-72" cy="-84" r="20"/><circle cx="6" cy="-126" r="24"/><circle cx="88" cy="-66" r="20"/></g></g>
</svg>`

const harbour = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1200 1200" width="1200" height="1200">
  <defs><linearGradient id="fog" x2="0" y2="1"><stop stop-color="#c9d6da"/><stop offset=".55" stop-color="#e6e4dc"/><stop offset="1" stop-color="#6d8791"/></linearGradient></defs>
  <rect width="1200" height="1200" fill="url(#fog)"/>
  <path d="M0 640 Q300 560 560 620 T1200 590 V690 H0Z" fill="#a9bcc2"/>
  <g fill="#2f4750"><path d="M180 790h360l-60 90H250z M340 420h14v370h-14z"/><path d="M360 440l150 320H360z" opacity=".75"/><path d="M700 860h380l-66 100H772z M880 520h14v340h-14z"/><path d="M872 540L730 830h142z" opacity=".75"/></g>
  <g stroke="#f1efe8" stroke-width="6" opacity=".5">${repeat(9, (i) => `<path d="M${80 + ((i * 397) % 700)} ${940 + i * 26}h${120 + ((i * 61) % 160)}"/>`)}</g>
</svg>`

/** Pictures by their file. */
export const samplePictures: Readonly<Record<string, string>> = { [TABLE]: table, [HARBOUR]: harbour }
