const CSS = `
/* Important rules of the inside win over all of the page's: nothing of its styles reaches the root, or what is in it. */
:host{all:initial!important;display:block!important}
:host([hidden]){display:none!important}
:host([inline]){height:var(--assistant-height,620px)!important;min-height:320px!important}
.root{
  --_accent:var(--assistant-accent,#17609e);--_on-accent:var(--assistant-on-accent,#fff);
  --_surface:var(--assistant-surface,#fff);--_tint:var(--assistant-tint,#f3f6f9);--_text:var(--assistant-text,#16202b);
  --_muted:var(--assistant-muted,#52606d);--_line:var(--assistant-line,#d9e0e7);
  --_good:#0b6137;--_good-bg:#e6f4ec;--_quote:#17548a;--_quote-bg:#e7f0f8;--_warn:#674d00;--_warn-bg:#fbf2d9;
  --_alert:#b3261e;--_bad:#8a2c1d;--_bad-bg:#fbeae6;--_mark:#fff1a8;--_mark-text:#16202b;
  --_radius:var(--assistant-radius,16px);--_font:var(--assistant-font,system-ui,-apple-system,"Segoe UI",Roboto,sans-serif);
  --_shadow:var(--assistant-shadow,0 1px 2px rgba(16,32,48,.10),0 12px 40px rgba(16,32,48,.20));
  all:initial;display:block;height:100%;direction:ltr;font:400 15px/1.5 var(--_font);color:var(--_text);color-scheme:light;
  -webkit-text-size-adjust:100%;
}
.root[dir="rtl"]{direction:rtl}
@media (prefers-color-scheme:dark){:host(:not([theme="light"])) .root{
  --_accent:var(--assistant-accent-dark,#7cbcf5);--_on-accent:var(--assistant-on-accent-dark,#05223b);
  --_surface:var(--assistant-surface-dark,#131a22);--_tint:var(--assistant-tint-dark,#1c2530);
  --_text:var(--assistant-text-dark,#e9eef3);--_muted:var(--assistant-muted-dark,#a3b3c2);
  --_line:var(--assistant-line-dark,#2f3c4a);--_good:#86dcaa;--_good-bg:#12301f;--_quote:#9bcdf8;--_quote-bg:#14293d;
  --_warn:#ecd07a;--_warn-bg:#332a0d;--_bad:#ffab9b;--_bad-bg:#3a1a14;--_mark:#665a12;--_mark-text:#fff8d6;
  --_shadow:var(--assistant-shadow,0 1px 2px rgba(0,0,0,.5),0 12px 40px rgba(0,0,0,.6));color-scheme:dark}}
:host([theme="dark"]) .root{
  --_accent:var(--assistant-accent-dark,#7cbcf5);--_on-accent:var(--assistant-on-accent-dark,#05223b);
  --_surface:var(--assistant-surface-dark,#131a22);--_tint:var(--assistant-tint-dark,#1c2530);
  --_text:var(--assistant-text-dark,#e9eef3);--_muted:var(--assistant-muted-dark,#a3b3c2);
  --_line:var(--assistant-line-dark,#2f3c4a);--_good:#86dcaa;--_good-bg:#12301f;--_quote:#9bcdf8;--_quote-bg:#14293d;
  --_warn:#ecd07a;--_warn-bg:#332a0d;--_bad:#ffab9b;--_bad-bg:#3a1a14;--_mark:#665a12;--_mark-text:#fff8d6;
  --_shadow:var(--assistant-shadow,0 1px 2px rgba(0,0,0,.5),0 12px 40px rgba(0,0,0,.6));color-scheme:dark}
*,*::before,*::after{box-sizing:border-box}
[hidden]{display:none!important}
button,textarea{font:inherit;color:inherit;letter-spacing:inherit}
button{cursor:pointer;background:none;border:0;padding:0}
button:disabled{cursor:default;opacity:.45}
:focus-visible{outline:2px solid var(--_accent);outline-offset:2px}
svg{width:20px;height:20px;fill:none;stroke:currentColor;stroke-width:1.8;stroke-linecap:round;stroke-linejoin:round;flex:none}
.launcher{position:fixed;inset-inline-end:24px;bottom:24px;z-index:2147483000;display:flex;align-items:center;gap:10px;
  height:52px;padding-inline:18px 22px;border-radius:26px;background:var(--_accent);color:var(--_on-accent);
  font-weight:600;box-shadow:var(--_shadow)}
:host([position="start"]) .launcher{inset-inline:24px auto}
:host([size="small"]) .launcher{height:44px;font-size:14px;border-radius:22px}
.unread{position:absolute;inset-block-start:-6px;inset-inline-end:-4px;min-width:22px;height:22px;padding:0 6px;border-radius:11px;
  background:var(--_alert);color:#fff;font-size:13px;line-height:22px;text-align:center}
.launcher:hover{filter:brightness(1.08)}
.launcher:focus-visible{outline-offset:3px}
.panel{display:flex;flex-direction:column;background:var(--_surface);color:var(--_text);overflow:hidden;position:relative}
.float{position:fixed;inset-inline-end:24px;bottom:24px;z-index:2147483000;width:min(var(--assistant-width,var(--_w,408px)),calc(100vw - 32px));
  height:min(var(--assistant-height,var(--_h,660px)),calc(100vh - 48px));border-radius:var(--_radius);border:1px solid var(--_line);
  box-shadow:var(--_shadow);animation:rise .18s ease-out}
:host([position="start"]) .float{inset-inline:24px auto}
:host([size="small"]) .float{--_w:340px;--_h:520px}
:host([size="large"]) .float{--_w:560px;--_h:820px}
:host([inline]) .panel{height:100%;border:1px solid var(--_line);border-radius:var(--_radius)}
header{display:flex;align-items:center;gap:4px;padding:14px 20px;padding-inline-end:12px;border-bottom:1px solid var(--_line)}
header .titles{flex:1;min-width:0}
h2{margin:0;font-size:16px;line-height:1.3;font-weight:650}
.sub{margin:1px 0 0;font-size:13px;color:var(--_muted)}
.icon{width:40px;height:40px;display:grid;place-items:center;border-radius:10px;color:var(--_muted);flex:none}
.icon:hover{background:var(--_tint);color:var(--_text)}
.log{flex:1;overflow-y:auto;overscroll-behavior:contain;padding:20px;display:flex;flex-direction:column;gap:18px;scroll-behavior:smooth}
.log:focus-visible{outline-offset:-3px;border-radius:8px}
.greet{color:var(--_muted);margin:0}
.suggest{display:flex;flex-direction:column;align-items:flex-start;gap:8px;margin-top:12px}
.suggest button{border:1px solid var(--_line);border-radius:12px;padding:8px 14px;text-align:start;background:var(--_surface);color:var(--_text)}
.suggest button:hover{border-color:var(--_accent);background:var(--_tint)}
.user{align-self:flex-end;max-width:86%;background:var(--_accent);color:var(--_on-accent);padding:9px 14px;
  border-radius:16px;border-end-end-radius:4px;white-space:pre-wrap;overflow-wrap:anywhere;margin:0}
.reply{display:flex;flex-direction:column;gap:10px;overflow-wrap:anywhere}
.said{margin:0;text-align:start;white-space:pre-line}
.said:empty{display:none}
.items{margin:4px 0;padding-inline-start:24px;display:flex;flex-direction:column;gap:4px}
ul.items{list-style:disc}
ol.items{list-style:decimal}
.cite{display:inline-grid;place-items:center;min-width:24px;height:24px;padding:0 6px;margin:0 2px;border-radius:8px;
  background:var(--_quote-bg);color:var(--_quote);font-size:13px;font-weight:650;line-height:1;vertical-align:1px}
.cite:hover{background:var(--_accent);color:var(--_on-accent)}
.state{display:flex;align-items:center;gap:10px;color:var(--_muted);font-size:14px;min-height:24px}
.dots{display:inline-flex;gap:4px}
.dots i{width:6px;height:6px;border-radius:50%;background:var(--_accent);animation:pulse 1.2s infinite ease-in-out}
.dots i:nth-child(2){animation-delay:.15s}.dots i:nth-child(3){animation-delay:.3s}
.badge{align-self:flex-start;display:inline-flex;align-items:center;gap:6px;font-size:13px;font-weight:600;padding:3px 8px;padding-inline-end:10px;border-radius:999px}
.badge svg{width:16px;height:16px;stroke-width:2.2}
.answered,.verified{color:var(--_good);background:var(--_good-bg)}.extracted{color:var(--_quote);background:var(--_quote-bg)}
.approved{color:var(--_muted);background:var(--_tint)}.abstained,.closest,.undecided{color:var(--_warn);background:var(--_warn-bg)}.blocked{color:var(--_bad);background:var(--_bad-bg)}
.label{margin:0;font-size:13px;font-weight:600;color:var(--_muted)}
.list{list-style:none;margin:6px 0 0;padding:0;border:1px solid var(--_line);border-radius:12px;overflow:hidden}
.list li+li{border-top:1px solid var(--_line)}
.list button{display:flex;gap:10px;align-items:flex-start;width:100%;padding:9px 12px;text-align:start;font-size:14px}
.list button:hover{background:var(--_tint)}
.list button:focus-visible{outline-offset:-2px;border-radius:12px}
.list svg{width:18px;height:18px;color:var(--_muted);margin-top:1px}
.list .n{font-weight:650;color:var(--_quote);min-width:14px}
.list .t{min-width:0}
.list .d{display:block;color:var(--_muted);font-size:13px;line-height:1.4;display:-webkit-box;-webkit-line-clamp:2;-webkit-box-orient:vertical;overflow:hidden}
.row{display:flex;flex-wrap:wrap;align-items:center;gap:4px;margin-inline-start:-8px}
.small{display:inline-flex;align-items:center;gap:6px;min-height:32px;padding:0 8px;border-radius:8px;font-size:13px;color:var(--_muted)}
.small:hover{background:var(--_tint);color:var(--_text)}
.small svg{width:17px;height:17px}
.small[aria-pressed="true"]{color:var(--_accent);background:var(--_quote-bg)}
.small[aria-expanded="true"] .turn{transform:rotate(180deg)}
.grow{flex:1}
.checks{margin:0;padding:12px 14px;background:var(--_tint);border-radius:12px;font-size:14px}
.checks p{margin:0 0 8px}.checks p:last-child{margin:0}
.checks .detail{color:var(--_muted);font-size:13px}
.checks dl{margin:0;display:grid;gap:6px}
.checks dt{font-weight:600;font-size:13px}.checks dd{margin:0;color:var(--_muted);font-size:13px;line-height:1.4}
.trouble{display:flex;gap:10px;background:var(--_bad-bg);color:var(--_bad);border-radius:12px;padding:10px 14px;font-size:14px}
.trouble p{margin:0}
.trouble button{display:block;margin-top:4px;font-weight:650;text-decoration:underline;text-underline-offset:3px;min-height:28px}
.note{margin:0;font-size:13px;color:var(--_muted)}
.note:empty{display:none}
.read{display:flex;flex-direction:column;gap:2px}.read .note{color:var(--_text)}
.vouch{display:flex;gap:8px;margin-top:8px}.vouch svg{width:17px;height:17px;margin-top:1px}
.offered{border:1px solid var(--_line);color:var(--_accent);font-weight:600;margin-inline-start:8px;padding-inline:12px}
form{border-top:1px solid var(--_line);padding:12px 16px 10px}
.box{display:flex;align-items:flex-end;gap:8px;border:1px solid var(--_muted);border-radius:14px;padding:5px;padding-inline-start:14px;background:var(--_surface)}
.box:focus-within{border-color:var(--_accent);box-shadow:0 0 0 1px var(--_accent)}
textarea{flex:1;min-width:0;border:0;background:none;resize:none;padding:7px 0;max-height:132px;line-height:1.45;font-size:16px}
textarea:focus-visible{outline:none}
textarea::placeholder{color:var(--_muted);opacity:1}
.send{width:38px;height:38px;display:grid;place-items:center;border-radius:11px;background:var(--_accent);color:var(--_on-accent);flex:none}
.send:hover:not(:disabled){filter:brightness(1.08)}
.keep{display:flex;align-items:center;justify-content:center;gap:8px;margin:4px 2px 0;font-size:12px;color:var(--_muted);min-height:24px}
input[type=checkbox]{appearance:auto;width:16px;height:16px;margin:0;accent-color:var(--_accent);flex:none}
.foot{margin:7px 2px 0;font-size:12px;color:var(--_muted);text-align:center}
.reply .row+.row{margin-top:-8px}
.reasons,.checks{scroll-margin-block:24px}
.reasons{display:flex;flex-wrap:wrap;gap:6px}
.reasons .label{width:100%}
.chip{border:1px solid var(--_line);border-radius:999px;padding:4px 12px;font-size:13px;min-height:32px}
.chip:hover{border-color:var(--_accent);background:var(--_tint)}
.passages{list-style:none;margin:6px 0 0;padding:0;display:flex;flex-direction:column;gap:8px}
.passages li{border:1px solid var(--_line);border-radius:12px;padding:10px 12px;font-size:14px}
.passages button{font-weight:600;text-align:start;color:var(--_quote);min-height:24px}
.passages p{margin:4px 0 0;color:var(--_muted);white-space:pre-line;max-height:12em;overflow-y:auto}
.passages p:focus-visible{outline-offset:2px}
.ways{display:flex;flex-direction:column;gap:10px;padding:16px 20px}
.ways p{margin:0}
.way{display:flex;align-items:center;gap:12px;min-height:48px;padding:8px 14px;border:1px solid var(--_line);border-radius:12px;
  color:var(--_text);text-decoration:none;font-weight:600;text-align:start;overflow-wrap:anywhere}
.way:hover{border-color:var(--_accent);background:var(--_tint)}
.way svg{color:var(--_accent)}
.agree{display:flex;align-items:center;gap:10px;min-height:32px}
.done{background:var(--_good-bg);color:var(--_good);border-radius:12px;padding:10px 14px}
.done:empty{display:none}
[dir="rtl"] .flip{transform:scaleX(-1)}
.sheet{position:absolute;inset:0;background:var(--_surface);display:flex;flex-direction:column;z-index:2;animation:rise .16s ease-out}
.sheet .bar{display:flex;align-items:center;gap:8px;padding:10px 12px;border-bottom:1px solid var(--_line)}
.sheet .bar button{display:inline-flex;align-items:center;gap:8px;min-height:40px;padding-inline:8px 12px;border-radius:10px;font-weight:600;color:var(--_accent)}
.sheet .bar button:hover{background:var(--_tint)}
.about{padding:14px 20px;border-bottom:1px solid var(--_line)}
.about h3{margin:0;font-size:16px;line-height:1.35}
.about .where{margin:2px 0 0;color:var(--_muted);font-size:13px}
.about .where:empty{display:none}
.page{flex:1;overflow-y:auto;padding:20px}
.page:focus-visible{outline-offset:-3px}
.page .passage{margin:0;white-space:pre-line;overflow-wrap:anywhere;color:var(--_muted)}
mark{background:var(--_mark);color:var(--_mark-text);border-radius:3px;padding:1px 2px;box-decoration-break:clone;-webkit-box-decoration-break:clone}
.sr{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
@keyframes rise{from{opacity:0;transform:translateY(8px)}to{opacity:1;transform:none}}
@keyframes pulse{0%,80%,100%{opacity:.3}40%{opacity:1}}
@media (max-width:520px),(max-height:480px){
  .float{inset:0;width:100%;height:100vh;height:100dvh;border:0;border-radius:0;padding-bottom:env(safe-area-inset-bottom);padding-top:env(safe-area-inset-top)}
  .launcher{inset-inline-end:16px;bottom:calc(16px + env(safe-area-inset-bottom))}
  :host([position="start"]) .float{inset:0}
  :host([position="start"]) .launcher{inset-inline-start:16px}
}
@media (max-height:480px){
  header{padding-block:4px}.sub{display:none}.log{padding-block:10px;gap:12px}form{padding:6px 16px}.keep{display:flex;align-items:center;justify-content:center;gap:8px;margin:4px 2px 0;font-size:12px;color:var(--_muted);min-height:24px}
input[type=checkbox]{appearance:auto;width:16px;height:16px;margin:0;accent-color:var(--_accent);flex:none}
.foot{margin-top:4px}
  .below{display:flex;flex-wrap:wrap;justify-content:center;column-gap:20px;margin-top:4px}.keep,.below .foot{margin:0;line-height:24px}
  .sheet .bar{padding-block:4px}.about{padding-block:6px}
}
@media (max-width:359px){header{padding-inline:14px 6px}.log{padding:14px}form{padding-inline:10px}.launcher{padding-inline:14px 16px}}
@media (prefers-reduced-motion:reduce){*{animation:none!important;transition:none!important}.log{scroll-behavior:auto}.dots i{opacity:.7}}
@media (forced-colors:active){.badge,.cite,.user,.launcher,.send{border:1px solid}mark{background:Mark;color:MarkText}}
`;

/** The one style sheet of all widgets of a page. It is constructed, which a page's policy about inline styles permits. */
export const SHEET = new CSSStyleSheet();
SHEET.replaceSync(CSS);
