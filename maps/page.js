/* The page of a map that was handed out: reads its data from the page itself and asks nobody for anything. */
function opsroomPage(map) {
  "use strict";
  var data = JSON.parse(document.getElementById("opsroom-data").textContent);

  function lines(words) {
    var box = document.createElement("div");
    words.forEach(function (text, index) {
      var line = document.createElement("div");
      if (index === 0) line.className = "opsroom-first";
      line.textContent = text;
      box.appendChild(line);
    });
    return box;
  }
  /* Leaflet takes names in its controls for HTML: give it the text escaped. */
  function escaped(text) {
    var box = document.createElement("span");
    box.textContent = text;
    return box.innerHTML;
  }
  /* What is asked for opens beside the plate with the title, where there is room for both. */
  function aside() {
    var box = document.querySelector(".opsroom-plate"), wide = box ? box.offsetWidth + 20 : 5;
    return [wide + 380 < map.getSize().x ? wide : 5, 5];
  }
  function told(layer, item) {
    if (item.words.length) {
      layer.bindTooltip(function () { return lines(item.words.slice(0, 2)); }, { direction: "top" });
      layer.bindPopup(function () { return lines(item.words); }, { maxWidth: 340, autoPanPaddingTopLeft: aside() });
    }
    return layer;
  }

  var Ground = L.GridLayer.extend({
    createTile: function (at) {
      var tile = document.createElement("img");
      tile.alt = "";
      var found = data.tiles[at.z + "/" + at.x + "/" + at.y];
      if (found) tile.src = found;
      return tile;
    }
  });
  map.setMinZoom(data.zooms[0]);
  map.setMaxZoom(data.zooms[1] + 2);
  map.setMaxBounds(L.latLngBounds(data.bounds).pad(0.15));
  new Ground({
    minZoom: data.zooms[0], maxZoom: data.zooms[1] + 2, maxNativeZoom: data.zooms[1],
    bounds: data.bounds, attribution: escaped(data.attribution)
  }).addTo(map);
  map.attributionControl.setPrefix(false);

  var icons = data.icons.map(function (icon) {
    return L.icon({ iconUrl: icon.picture, iconSize: icon.size, iconAnchor: icon.anchor });
  });
  var plate = L.control({ position: "topleft" });
  plate.onAdd = function () {
    var box = lines(data.head);
    box.className = "opsroom-plate";
    if (data.banner) {
      var banner = document.createElement("div");
      banner.className = "opsroom-banner";
      banner.textContent = data.banner;
      box.insertBefore(banner, box.firstChild);
    }
    return box;
  };
  plate.addTo(map);
  var switches = {};
  data.veils.forEach(function (veil) {
    switches[escaped(veil.name)] = L.imageOverlay(veil.picture, veil.bounds, { alt: veil.name }).addTo(map);
  });
  data.groups.forEach(function (group) {
    var layer = L.layerGroup();
    group.items.forEach(function (item) {
      if (item.icon !== undefined) {
        told(L.marker(item.at, { icon: icons[item.icon], keyboard: true, alt: item.words[0] || "" }), item).addTo(layer);
      } else if (item.ring) {
        told(L.polygon(item.ring, item.style), item).addTo(layer);
      } else {
        told(L.polyline(item.line, item.style), item).addTo(layer);
      }
    });
    layer.addTo(map);
    switches[escaped(group.name + " (" + group.items.length + ")")] = layer;
  });
  if (data.groups.length || data.veils.length) L.control.layers(null, switches, { collapsed: window.innerWidth < 700 }).addTo(map);
  L.control.scale({ imperial: false }).addTo(map);

  var legend = L.control({ position: "bottomleft" });
  legend.onAdd = function () {
    var box = document.createElement("div");
    box.className = "opsroom-plate opsroom-legend";
    data.legend.forEach(function (row) {
      var line = document.createElement("div");
      if (row.icon !== undefined) {
        var sign = document.createElement("img");
        sign.src = data.icons[row.icon].picture;
        sign.alt = "";
        line.appendChild(sign);
      } else {
        var swatch = document.createElement("span");
        swatch.style.background = row.colour;
        line.appendChild(swatch);
      }
      line.appendChild(document.createTextNode(row.text));
      box.appendChild(line);
    });
    return box;
  };
  if (data.legend.length) legend.addTo(map);
}
