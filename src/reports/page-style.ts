/** The look of a report: light and dark after the system, one column in print. Figures stay black on white. */
export const PAGE_STYLE = `
:root{color-scheme:light dark;--bg:#ffffff;--ink:#1b1d21;--soft:#555b66;--line:#c9ced6;--card:#f4f6f8;--link:#0645ad;--warn:#fff3c4;--warnink:#4a3900}
@media (prefers-color-scheme:dark){:root{--bg:#16181c;--ink:#e8eaee;--soft:#a9b0bb;--line:#454b55;--card:#22262c;--link:#8ab8ff;--warn:#4a3c08;--warnink:#ffeeb0}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:1500px;padding:1rem 1.5rem 4rem;background:var(--bg);color:var(--ink);font:16px/1.5 system-ui,"Segoe UI",Arial,sans-serif}
h1{font-size:1.7rem;line-height:1.2;margin:.5rem 0}
h2{font-size:1.25rem;margin:2.2rem 0 .6rem;border-bottom:1px solid var(--line);padding-bottom:.2rem}
a{color:var(--link)}
p{max-width:75ch}
.soft{color:var(--soft)}
table{border-collapse:collapse;font-variant-numeric:tabular-nums}
caption{text-align:left;color:var(--soft);padding-bottom:.3rem}
th,td{border-bottom:1px solid var(--line);padding:.25rem .8rem .25rem 0;text-align:left;vertical-align:top;font-weight:400}
thead th{color:var(--soft);font-size:.88rem}
.n{text-align:right}
.wide{overflow-x:auto}
.notice{background:var(--warn);color:var(--warnink);padding:.5rem .8rem;border-radius:4px;margin:.4rem 0;max-width:75ch}
.maps{display:grid;grid-template-columns:minmax(0,1fr) 23rem;gap:1.2rem;align-items:start}
.grid{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,24rem),1fr));gap:1rem;align-items:start}
figure{margin:0;background:var(--card);border:1px solid var(--line);border-radius:4px;padding:.6rem}
figure svg{display:block;width:100%;height:auto;background:#fff}
.map{cursor:crosshair;touch-action:none}
.map:focus-visible,button:focus-visible,input:focus-visible,summary:focus-visible,a:focus-visible{outline:3px solid var(--link);outline-offset:2px}
figcaption{font-size:.88rem;margin:.5rem 0 .3rem}
.tools{display:flex;gap:.4rem;flex-wrap:wrap}
button{font:inherit;font-size:.88rem;min-height:28px;min-width:44px;padding:.1rem .7rem;color:var(--ink);background:var(--bg);border:1px solid var(--soft);border-radius:4px;cursor:pointer}
.answer{position:sticky;top:.8rem;background:var(--card);border:1px solid var(--line);border-radius:4px;padding:.8rem;max-height:calc(100vh - 1.6rem);overflow:auto}
.answer h3{margin:0 0 .4rem;font-size:1rem}
.answer table{width:100%;font-size:.88rem}
.answer label{margin-right:.6rem}
.answer input{width:5rem;font:inherit;min-height:28px;color:var(--ink);background:var(--bg);border:1px solid var(--soft);border-radius:4px}
.answer ul{padding-left:1.2rem;font-size:.88rem;margin:.4rem 0}
.nojs{display:none}
pre{background:var(--card);border:1px solid var(--line);padding:.8rem;overflow:auto;max-height:30rem;font-size:.85rem}
summary{cursor:pointer;min-height:28px}
@media (max-width:900px){.maps{grid-template-columns:1fr}.answer{position:static;max-height:none}}
@media print{:root{--bg:#fff;--ink:#000;--soft:#333;--line:#999;--card:#fff;--link:#000;--warn:#fff;--warnink:#000}@page{margin:18mm}body{max-width:none;padding:0;font-size:10pt}.maps{display:block}.grid{grid-template-columns:1fr 1fr}figure,tr,.notice{break-inside:avoid}.tools,.answer,.noprint{display:none}.notice{border:1px solid #000}a[href^="http"]::after{content:" (" attr(href) ")"}pre{max-height:none;white-space:pre-wrap}h2{break-after:avoid}}
`;
