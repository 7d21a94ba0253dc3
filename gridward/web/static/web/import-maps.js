// Browsers without import maps (Firefox before 108) get the shim; the others load nothing more.
(function () {
  var known = window.HTMLScriptElement && HTMLScriptElement.supports && HTMLScriptElement.supports("importmap");
  if (known) return;
  var shim = document.createElement("script");
  shim.async = true;
  shim.src = document.currentScript.getAttribute("data-shim");
  document.head.appendChild(shim);
})();
