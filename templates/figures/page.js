"use strict";
(() => {
    const options = {
        mode: "vega-lite",
        ast: true,
        actions: false,
        renderer: "svg",
        defaultStyle: false,
        tooltip: { disableDefaultStyle: true },
    };

    function reader(plate, dots) {
        const box = plate.querySelector(".reader");
        const slider = box.querySelector("input");
        const output = box.querySelector("output");
        const words = JSON.parse(plate.querySelector(".specification").textContent)
            .layer.find((layer) => layer.name === "targets")
            .data.values.map((row) => row.says);
        let last = null;
        slider.max = Math.max(0, Math.min(dots.length, words.length) - 1);
        slider.setAttribute("aria-valuetext", "No dot chosen");
        slider.addEventListener("input", () => {
            const place = Number(slider.value);
            if (last !== null) last.classList.remove("on");
            last = dots[place];
            last.classList.add("on");
            output.textContent = words[place];
            slider.setAttribute("aria-valuetext", words[place]);
        });
        box.hidden = dots.length === 0;
    }

    async function draw(plate) {
        const place = plate.querySelector(".drawn");
        const told = JSON.parse(plate.querySelector(".specification").textContent);
        const holder = document.createElement("div");
        await window.vegaEmbed(holder, told, options);
        place.replaceChildren(holder);
        holder.querySelector("svg").setAttribute("aria-hidden", "true");
        reader(plate, [...holder.querySelectorAll(".targets_marks path, .targets path")]);
        plate.dataset.drawn = "yes";
    }

    const watch = new IntersectionObserver(
        (entries) => {
            for (const entry of entries) {
                if (!entry.isIntersecting) continue;
                watch.unobserve(entry.target);
                draw(entry.target);
            }
        },
        { rootMargin: "600px" },
    );
    for (const plate of document.querySelectorAll(".plate:has(.specification)")) watch.observe(plate);
    document.documentElement.dataset.ready = "yes";
})();
