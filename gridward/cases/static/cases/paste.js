// A picture that is pasted anywhere on the page of a new case joins the photos that were chosen.
document.addEventListener("paste", (event) => {
  const field = document.getElementById("id_photos");
  const pictures = [...(event.clipboardData?.files ?? [])].filter((file) => file.type.startsWith("image/"));
  if (!field || !pictures.length) return;
  event.preventDefault();
  const all = new DataTransfer();
  for (const file of [...field.files, ...pictures]) all.items.add(file);
  field.files = all.files;
  field.dispatchEvent(new Event("change", { bubbles: true }));
  field.scrollIntoView({ block: "nearest" });
});
