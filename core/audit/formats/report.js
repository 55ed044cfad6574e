
const articles = [...document.querySelectorAll("article")];
const texts = articles.map((one) => one.textContent.toLowerCase());
const form = document.querySelector(".filter");
function filter() {
  const words = document.getElementById("words").value.toLowerCase().split(/\s+/).filter(Boolean);
  const wanted = new Set([...form.querySelectorAll("input:checked")].map((one) => one.value));
  let shown = 0;
  articles.forEach((one, place) => {
    const fits = wanted.has(one.dataset.severity) && words.every((word) => texts[place].includes(word));
    one.hidden = !fits;
    shown += fits;
  });
  document.getElementById("shown").textContent = `${shown} of ${articles.length} shown`;
}
form.addEventListener("input", filter);
form.addEventListener("submit", (event) => event.preventDefault());
filter();
